import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyMigrations } from "#scripts/migrate.ts";
import { emptyDatabase, type TestDatabase } from "#test/support/database.ts";
import { withClient } from "#test/support/template-database.ts";

describe("applyMigrations", () => {
  let database: TestDatabase;
  let dir: string;

  beforeEach(async () => {
    database = await emptyDatabase();
    dir = await mkdtemp(join(tmpdir(), "sluice-migrations-"));
  });
  afterEach(async () => {
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  });

  const write = async (name: string, sql: string): Promise<void> => {
    await mkdir(join(dir, name), { recursive: true });
    await writeFile(join(dir, name, "migration.sql"), sql);
  };
  const query = async (sql: string) =>
    withClient(database.url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

  it("applies scripts by name, once each, and writes the rows that Prisma writes", async () => {
    await write("2_second", "ALTER TABLE first ADD COLUMN b text DEFAULT 'semi;colon'");
    await write("1_first", "CREATE TABLE first (a int); INSERT INTO first VALUES (1)");
    expect(await applyMigrations(database.url, dir)).toEqual(["1_first", "2_second"]);
    expect(await applyMigrations(database.url, dir)).toEqual([]);
    expect(await query("SELECT * FROM first")).toEqual([{ a: 1, b: "semi;colon" }]);
    expect(
      await query(`SELECT migration_name, length(checksum) AS checksum_length, applied_steps_count, logs,
        finished_at >= started_at AS finished FROM _prisma_migrations ORDER BY migration_name`),
    ).toEqual([
      { migration_name: "1_first", checksum_length: 64, applied_steps_count: 1, logs: null, finished: true },
      { migration_name: "2_second", checksum_length: 64, applied_steps_count: 1, logs: null, finished: true },
    ]);
  });

  it("lets only one of several callers apply a script", async () => {
    await write("1_once", "CREATE TABLE once (a int); SELECT pg_sleep(0.2)");
    const answers = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url, dir)));
    expect(answers.flat()).toEqual(["1_once"]);
  });

  it("leaves nothing of a script that fails, and goes on once it is repaired", async () => {
    await write("1_broken", "CREATE TABLE half (a int); SELECT 1 / 0");
    await expect(applyMigrations(database.url, dir)).rejects.toThrow(
      "migration 1_broken failed: division by zero",
    );
    expect(await query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    await write("1_broken", "CREATE TABLE half (a int)");
    expect(await applyMigrations(database.url, dir)).toEqual(["1_broken"]);
  });

  it("refuses a script that was changed after it was applied", async () => {
    await write("1_first", "CREATE TABLE first (a int)");
    await applyMigrations(database.url, dir);
    await write("1_first", "CREATE TABLE first (a bigint)");
    await expect(applyMigrations(database.url, dir)).rejects.toThrow(
      "1_first was changed after it was applied",
    );
  });

  it("refuses to go on where Prisma left a script unfinished", async () => {
    await write("1_first", "CREATE TABLE first (a int)");
    await applyMigrations(database.url, dir);
    await query("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(applyMigrations(database.url, dir)).rejects.toThrow("1_first was begun and not finished");
  });
});
