/**
 * Applies the console's migrations as `prisma migrate deploy` would, without Prisma's native engine
 * (`node scripts/migrate.ts` with DATABASE_URL). docs/adr/0003 says why.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";

/** One folder of prisma/migrations, in the order in which they apply: by name. */
export type Migration = { name: string; sql: string; checksum: string };

const MIGRATIONS_DIR = join(import.meta.dirname, "..", "prisma", "migrations");
/** The lock that Prisma's own engine takes, so that both can run at once. */
const PRISMA_LOCK = 72_707_369;
const LOCK_LIMIT_MS = 120_000;

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

type AppliedRow = { migration_name: string; checksum: string; finished_at: Date | null };

/** The migrations of a folder, oldest first; the checksum is Prisma's: sha256 of the script's bytes, in hex. */
export async function readMigrations(dir: string = MIGRATIONS_DIR): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(dir, name, "migration.sql"));
      return {
        name,
        sql: bytes.toString("utf8"),
        checksum: createHash("sha256").update(bytes).digest("hex"),
      };
    }),
  );
}

/**
 * Brings a database to the newest migration and answers the names of those it applied. Any number of callers at once
 * is safe: they wait for one another, 120 s at most. Each script runs in one transaction with its row, so a failing
 * script leaves nothing. Throws when an applied migration was changed since, or when Prisma left one unfinished.
 */
export async function applyMigrations(databaseUrl: string, dir: string = MIGRATIONS_DIR): Promise<string[]> {
  const migrations = await readMigrations(dir);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${LOCK_LIMIT_MS}`);
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query("SET lock_timeout = 0");
    await client.query(CREATE_TABLE);
    const applied = await readApplied(client);
    const missing = migrations.filter((migration) => !isApplied(migration, applied));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

const readApplied = async (client: Client): Promise<Map<string, AppliedRow>> => {
  const { rows } = await client.query<AppliedRow>(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
};

const isApplied = ({ name, checksum }: Migration, applied: ReadonlyMap<string, AppliedRow>): boolean => {
  const row = applied.get(name);
  if (row === undefined) return false;
  if (row.finished_at === null)
    throw new Error(`migration ${name} was begun and not finished: repair it by hand`);
  if (row.checksum !== checksum) throw new Error(`migration ${name} was changed after it was applied`);
  return true;
};

const apply = async (client: Client, { name, sql, checksum }: Migration): Promise<void> => {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`migration ${name} failed: ${reason}`, { cause });
  }
};

if (import.meta.main) {
  const url = process.env["DATABASE_URL"];
  if (url === undefined || url === "") throw new Error("DATABASE_URL is not set");
  const names = await applyMigrations(url);
  console.log(names.length === 0 ? "schema is up to date" : `applied ${names.join(", ")}`);
}
