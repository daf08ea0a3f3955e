/**
 * What the consumer does about a failure. `fatal`: straight to the dead letters. `retryable`: three attempts in
 * all, then there. `unavailable`: the partition pauses with back-off to 30 s and no attempt is counted, because an
 * outage must not empty a topic into its dead letters.
 */
export type ErrorClass = "fatal" | "retryable" | "unavailable";

/** A failure no retry mends. */
export class FatalError extends Error {
  override readonly name: string = "FatalError";
}

/** A failure the next attempt may not meet. */
export class RetryableError extends Error {
  override readonly name: string = "RetryableError";
}

/** Something the work needs is down; nothing is wrong with the record. */
export class UnavailableError extends Error {
  override readonly name: string = "UnavailableError";
}

/** A value that is not JSON, or that the event's `parse` refused; the refusal is the cause. */
export class PayloadError extends FatalError {
  override readonly name = "PayloadError";
}

const UNAVAILABLE_SYSTEM_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** PostgreSQL: class 08 (connection), 57P0x (shut down, starting), 53300 (too many connections). */
const UNAVAILABLE_SQLSTATE = /^(08...|57P0[1-5]|53300)$/;
/** pg throws these without a code when the server goes away. */
const PG_CONNECTION_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

function meansUnavailable(error: Error): boolean {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    UNAVAILABLE_SYSTEM_CODES.has(code) ||
    UNAVAILABLE_SQLSTATE.test(code) ||
    PG_CONNECTION_LOST.test(error.message)
  );
}

/** The error, its causes, and the members of an aggregate (Node's connect to several addresses throws one). */
function* chainOf(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [error];
  while (waiting.length > 0) {
    const next = waiting.shift();
    if (!(next instanceof Error) || seen.has(next)) continue;
    seen.add(next);
    yield next;
    waiting.push(next.cause);
    if (next instanceof AggregateError) waiting.push(...(next.errors as unknown[]));
  }
}

/**
 * The kit's own classification: the kit's error classes say it themselves (the outermost wins), a lost or refused
 * connection is `unavailable`, everything else `retryable`.
 */
export function classifyError(error: unknown): ErrorClass {
  for (const link of chainOf(error)) {
    if (link instanceof FatalError) return "fatal";
    if (link instanceof RetryableError) return "retryable";
    if (link instanceof UnavailableError || meansUnavailable(link)) return "unavailable";
  }
  return "retryable";
}
