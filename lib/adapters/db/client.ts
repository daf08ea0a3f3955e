import { PrismaPg } from "@prisma/adapter-pg";
import { watchDatabase, type DatabaseWatch } from "#lib/adapters/db/database-unreachable.ts";
import type { Log } from "#lib/log.ts";
import { PrismaClient, type Prisma } from "#prisma/generated/client.ts";

/** How one process reaches the database. `url` holds a password: it is never logged. */
export interface DbOptions {
  readonly url: string;
  /** Shown in pg_stat_activity, e.g. `sluice-worker`. */
  readonly applicationName: string;
  /** Connections at most; the LISTEN connection of hints is one more. */
  readonly poolSize: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
}

/** Sql is what a store runs on: the client itself or one open transaction. */
export type Sql = Prisma.TransactionClient;

/** A client with its watch: every operation of `prisma` reports to `watch`. */
export interface DbClient {
  readonly prisma: PrismaClient;
  readonly watch: DatabaseWatch;
}

/** A connection that is not there within this time is an outage. */
export const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 8_000;
/** Above the statement's own limit: it ends waits on a server that is frozen and cannot time out itself. */
const ANSWER_TIMEOUT_MS = 10_000;

/** openClient makes a client; it connects on first use, so an absent database is no error here. */
export function openClient(options: DbOptions): DbClient {
  const adapter = new PrismaPg(
    {
      connectionString: options.url,
      application_name: options.applicationName,
      max: options.poolSize,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      idle_in_transaction_session_timeout: 10_000,
    },
    {
      onPoolError: (error) => options.log.warn({ code: codeOf(error) }, "a database connection was lost"),
      onConnectionError: (error) => options.log.warn({ code: codeOf(error) }, "a database connection broke"),
    },
  );
  const watch = watchDatabase(options.now);
  const base = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 8_000 },
  });
  const watched = base.$extends({
    query: { $allOperations: ({ args, query }) => watch.watch(() => query(args)) },
  });
  // An extension that only wraps errors leaves every signature as it is; its inferred type does not say so.
  return { prisma: watched as unknown as PrismaClient, watch };
}

function codeOf(error: Error): string {
  const { code } = error as Error & { code?: unknown };
  return typeof code === "string" ? code : error.name;
}
