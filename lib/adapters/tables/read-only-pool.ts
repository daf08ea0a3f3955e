import { Pool } from "pg";
import type { Log } from "#lib/log.ts";

/** How a user's database is reached. `url` holds a password: it is never logged. */
export interface ReadOnlyOptions {
  readonly id: string;
  readonly url: string;
  readonly log: Log;
  /** More of the session's settings, `name=value`. */
  readonly settings?: readonly string[];
}

const CONNECTIONS = 2;
/** The longest that a statement on a user's database may run, ms. */
export const STATEMENT_LIMIT_MS = 2_000;

/**
 * openReadOnlyPool opens a user's database: transactions are read-only, two connections, 2 s a statement. It connects on
 * first use and holds no connection that is idle for 10 s.
 */
export function openReadOnlyPool({ id, url, log, settings = [] }: ReadOnlyOptions): Pool {
  const pool = new Pool({
    connectionString: withSettings(url, ["default_transaction_read_only=on", ...settings]),
    max: CONNECTIONS,
    application_name: "sluice",
    connectionTimeoutMillis: STATEMENT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: 2 * STATEMENT_LIMIT_MS,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
  });
  pool.on("error", (error) => log.warn({ database: id, code: codeOf(error) }, "a connection was lost"));
  return pool;
}

/** The URL with settings beside the options that it has: what a URL says wins over what a pool is told. */
function withSettings(given: string, settings: readonly string[]): string {
  const url = new URL(given);
  const options = [url.searchParams.get("options") ?? "", ...settings.map((each) => `-c ${each}`)];
  url.searchParams.set("options", options.join(" ").trim());
  return url.toString();
}

/** codeOf is the SQLSTATE or the system's code of an error; `unknown` where it has none. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "unknown";
}
