import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { withClient } from "#test/support/template-database.ts";

/** What the database is started with to tell of its statements. */
export const TELLING = { shared_preload_libraries: "pg_stat_statements" };

/** tellStatements writes what statements took since it was asked last behind `statements.txt` of a folder. */
export async function tellStatements(databaseUrl: string, dir: string, phase: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    const { rows } = await client.query<Record<"calls" | "ms" | "each" | "statement", string>>(
      `SELECT calls, round(total_exec_time::numeric) AS ms, round(mean_exec_time::numeric, 2) AS each,
         left(regexp_replace(query, '\\s+', ' ', 'g'), 160) AS statement
       FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 25`,
    );
    const lines = rows.map(({ calls, ms, each, statement }) => `${ms} ms, ${calls} x ${each}: ${statement}`);
    await appendFile(join(dir, "statements.txt"), `== ${phase}\n${lines.join("\n")}\n`);
    await client.query("SELECT pg_stat_statements_reset()");
  });
}
