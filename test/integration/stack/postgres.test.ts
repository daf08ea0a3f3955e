import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgresHome } from "#stack/postgres-home.ts";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import { withClient } from "#test/support/template-database.ts";

describe("startPostgres", () => {
  let dir: string;
  let server: PostgresHandle;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "sluice-postgres-test-"));
    server = await startPostgres({ dir });
  });
  afterAll(async () => {
    await server.stop();
    const { dataDir } = await findPostgresHome(dir);
    // As root below a closed folder the data lies in a folder of its own.
    if (!dataDir.startsWith(dir)) await rm(dirname(dataDir), { recursive: true, force: true });
    await rm(dir, { recursive: true, force: true });
  });

  const rows = () =>
    withClient(
      server.url,
      async (client) => (await client.query<{ n: number }>("SELECT n FROM kept ORDER BY n")).rows,
    );

  it("has logical decoding with bounded slots and room for 200 connections", async () => {
    const shown = await withClient(
      server.url,
      async (client) =>
        (
          await client.query<Record<string, string>>(
            `SELECT current_setting('wal_level') AS wal_level,
               current_setting('max_slot_wal_keep_size') AS slot_limit,
               current_setting('max_connections') AS connections,
               current_setting('listen_addresses') AS addresses`,
          )
        ).rows[0],
    );
    expect(shown).toEqual({
      wal_level: "logical",
      slot_limit: "1GB",
      connections: "200",
      addresses: "127.0.0.1",
    });
  });

  it("refuses a wrong password", async () => {
    const wrong = new URL(server.url);
    wrong.password = "wrong";
    const client = new Client({ connectionString: wrong.toString() });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  it("comes back with every committed row and on its port after SIGKILL", async () => {
    await withClient(server.url, (client) =>
      client.query("CREATE TABLE kept AS SELECT n FROM generate_series(1, 3) n"),
    );
    const { url } = server;
    await server.kill();
    expect(server.isRunning()).toBe(false);
    await server.start();
    expect(server.url).toBe(url);
    expect(await rows()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("starts although a pid file names a process that is not PostgreSQL", async () => {
    const { dataDir } = await findPostgresHome(dir);
    await server.stop();
    await writeFile(join(dataDir, "postmaster.pid"), `${process.pid}\n${dataDir}\n`);
    await server.start();
    expect(await rows()).toHaveLength(3);
  });
});
