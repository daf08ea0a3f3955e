/**
 * DatabaseUnreachableError says that PostgreSQL does not answer, and since when (epoch ms, this process's clock).
 * It is the one class for refused and lost connections, time-outs, a server that starts or stops, and a full pool.
 */
export class DatabaseUnreachableError extends Error {
  readonly sinceAt: number;

  /**
   * Tells by the name: in one Next process this module exists several times, and what the runtime's copy throws is
   * an instance of that copy's class alone.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "DatabaseUnreachableError";
  }

  constructor(sinceAt: number, cause: unknown) {
    super("PostgreSQL does not answer.", { cause });
    this.name = "DatabaseUnreachableError";
    this.sinceAt = sinceAt;
  }
}

const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EPIPE",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOENT",
  ],
  // Prisma: server not reached, timed out, connection closed, no connection from the pool in time.
  ...["P1001", "P1002", "P1008", "P1017", "P2024"],
  // PostgreSQL: connection exceptions, shut-down, crash, starting up, no slot left.
  ...["08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03", "53300"],
]);
const UNREACHABLE_KINDS: ReadonlySet<string> = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);
/** pg and its pool throw these as plain errors without a code. */
const UNREACHABLE_WORDS =
  /Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|Unable to start a transaction in the given time/;

/** meansUnreachable says whether `error`, or anything it was caused by, means that the database does not answer. */
function meansUnreachable(error: unknown): boolean {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0) {
    const one = queue.pop();
    if (typeof one !== "object" || one === null || seen.has(one)) continue;
    seen.add(one);
    const { code, originalCode, kind, message, originalMessage, cause, meta, driverAdapterError, errors } =
      one as Record<string, unknown>;
    if ([code, originalCode].some((each) => typeof each === "string" && UNREACHABLE_CODES.has(each)))
      return true;
    if (typeof kind === "string" && UNREACHABLE_KINDS.has(kind)) return true;
    if ([message, originalMessage].some((each) => typeof each === "string" && UNREACHABLE_WORDS.test(each)))
      return true;
    queue.push(cause, meta, driverAdapterError, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
  return false;
}

/** Reachability of one database as its callers see it; `unreachableSinceAt` is null while it answers. */
export interface DatabaseWatch {
  readonly unreachableSinceAt: number | null;
  /** Runs `work`; what means "unreachable" is thrown as {@link DatabaseUnreachableError}, all else as it is. */
  watch<T>(work: () => Promise<T>): Promise<T>;
}

/** watchDatabase makes a {@link DatabaseWatch}; any answer of the database, an error of SQL included, ends an outage. */
export function watchDatabase(now: () => number): DatabaseWatch {
  let sinceAt: number | null = null;
  return {
    get unreachableSinceAt() {
      return sinceAt;
    },
    async watch(work) {
      try {
        const result = await work();
        sinceAt = null;
        return result;
      } catch (error) {
        if (error instanceof DatabaseUnreachableError) throw error;
        if (!meansUnreachable(error)) throw error;
        sinceAt ??= now();
        throw new DatabaseUnreachableError(sinceAt, error);
      }
    },
  };
}
