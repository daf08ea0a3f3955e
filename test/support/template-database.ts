import { createHash } from "node:crypto";
import { Client } from "pg";
import { applyMigrations, readMigrations } from "#scripts/migrate.ts";

const LOCK = 5_210_931;

/** The connection string with another database in it. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

/** Runs `work` on one connection and closes it. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Makes the database that tests are cloned from, once for each state of prisma/migrations, and answers its name. Runs
 * that share a server wait for one another. It takes no connections: a clone is refused while its template has one.
 */
export async function ensureTemplateDatabase(serverUrl: string): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum).join();
  const name = `sluice_template_${createHash("sha256").update(checksums).digest("hex").slice(0, 12)}`;
  return withClient(serverUrl, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    const finished = await client.query("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", [
      name,
    ]);
    if (finished.rowCount === 1) return name;
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await client.query(`CREATE DATABASE ${name}`);
    await applyMigrations(withDatabase(serverUrl, name));
    await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    return name;
  });
}

/** Drops the clones that killed runs left on a server that is ours alone. */
export async function dropLeftOverDatabases(serverUrl: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname LIKE 'sluice\\_test\\_%'",
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
  });
}
