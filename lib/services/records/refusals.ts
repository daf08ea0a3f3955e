import type { KafkaError } from "#lib/adapters/kafka/errors.ts";
import type { ErrorCode } from "#lib/contracts/error-codes.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";
import { AppError } from "#lib/services/app-error.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";

const CODES: Partial<Record<KafkaError["kind"], ErrorCode>> = {
  unreachable: "cluster_unreachable",
  timeout: "cluster_unreachable",
  garbage: "cluster_unreachable",
  authentication_failed: "cluster_unreachable",
  read_only: "cluster_read_only",
  not_found: "topic_unknown",
};

/**
 * refusalOf makes an AppError of what reading or producing records throws: `filter_invalid` and `search_token_invalid`
 * with the condition's index, `topic_unknown`, `cluster_unreachable`, `cluster_read_only`, and `otherwise` with the
 * broker's own refusal. What is neither is answered as it is.
 */
export function refusalOf(error: unknown, otherwise: ErrorCode): unknown {
  if (error instanceof SearchRefused) {
    const of = error.term === null ? {} : { details: { term: error.term } };
    return new AppError(error.code, error.message, { cause: error, ...of });
  }
  if (!isKafkaError(error)) return error;
  return new AppError(CODES[error.kind] ?? otherwise, error.message, { cause: error });
}
