import { CopyError, type CopyErrorKind } from "#lib/adapters/kafka/copy/copy-port.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";

/** What a broker answered: its error code, and its own words where it has any. */
interface Refusal {
  readonly code: number;
  readonly said?: string | null;
}

/** INVALID_PRODUCER_EPOCH, PRODUCER_FENCED. */
const FENCED: ReadonlySet<number> = new Set([47, 90]);
/** UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID. */
const CHANGED: ReadonlySet<number> = new Set([3, 17, 100, 103]);
/**
 * TOPIC and CLUSTER_AUTHORIZATION_FAILED; UNSUPPORTED_VERSION, INVALID_REQUEST, UNSUPPORTED_FOR_MESSAGE_FORMAT: brokers
 * that do not know it; INVALID_TRANSACTION_TIMEOUT, TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
 */
const DENIED: ReadonlySet<number> = new Set([29, 31, 35, 42, 43, 50, 53]);
/** What mends a refusal, as the end of a sentence. */
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [29, "Sluice needs the rights DESCRIBE and WRITE on it"],
  [31, "Sluice needs the right IDEMPOTENT_WRITE on the cluster"],
  [35, "the brokers do not know it"],
  [50, "transaction.max.timeout.ms of the brokers must be 30000 at least"],
  [53, "Sluice needs the right WRITE on transactional ids that begin with sluice-"],
]);

/** CONCURRENT_TRANSACTIONS: the last transaction's markers are still being written. */
export const CONCURRENT_TRANSACTIONS = 51;
/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR: ask again. */
export const COORDINATOR_MOVED: ReadonlySet<number> = new Set([14, 15, 16]);

/** copyErrorOf is the {@link CopyError} of a broker's refusal; what is not known is `ambiguous`. */
export const copyErrorOf = (refusal: Refusal, what: string): CopyError =>
  new CopyError(kindOf(refusal.code), sentenceOf(refusal, what), { code: refusal.code });

/** sentenceOf tells a broker's refusal, and what mends it where that is known. */
export function sentenceOf({ code, said }: Refusal, what: string): string {
  const words = said === undefined || said === null || said === "" ? "" : `: ${said}`;
  const remedy = REMEDIES.get(code);
  const mends = remedy === undefined ? "" : ` (${remedy})`;
  return `${what}: ${nameOf(code)}${words}${mends}`;
}

function kindOf(code: number): CopyErrorKind {
  if (FENCED.has(code)) return "fenced";
  if (CHANGED.has(code)) return "target_changed";
  return DENIED.has(code) ? "denied" : "ambiguous";
}

/** toCopyError maps what a call threw: a request without an answer is `ambiguous`. */
export function toCopyError(error: unknown, what: string): CopyError {
  if (error instanceof CopyError) return error;
  const denied =
    error instanceof KafkaError &&
    (error.kind === "authorization_failed" || error.kind === "authentication_failed");
  const words = error instanceof KafkaError ? error.message : "the call failed";
  return new CopyError(denied ? "denied" : "ambiguous", `${what}: ${words}`, { cause: error });
}
