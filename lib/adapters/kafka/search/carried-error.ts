import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import type { CarriedError } from "#lib/adapters/kafka/search/thread-protocol.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** carryError makes an error fit to go between threads; of one that is not ours only the kind is told. */
export function carryError(error: unknown): CarriedError {
  if (error instanceof KafkaError) return { name: "KafkaError", kind: error.kind, message: error.message };
  if (error instanceof SearchRefused)
    return { name: "SearchRefused", code: error.code, term: error.term, message: error.message };
  const name = error instanceof Error ? error.name : "unknown";
  return { name: "Error", message: `Reading failed by an error of its own (${name}).` };
}

/** uncarryError is the error that was carried. */
export function uncarryError(carried: CarriedError): Error {
  if (carried.name === "KafkaError") return new KafkaError(carried.kind, carried.message);
  if (carried.name === "SearchRefused") return new SearchRefused(carried.code, carried.message, carried.term);
  return new Error(carried.message);
}
