import type { TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { binaryPlace, envelope, NOWHERE, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import { BIG_ENDIAN, type HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { readFailure, SPRING_GROUP } from "#lib/domain/dead-letters/dialects/spring-failure.ts";

const PREFIX = "kafka_";
const PLACE = {
  topic: `${PREFIX}original-topic`,
  partition: `${PREFIX}original-partition`,
  offset: `${PREFIX}original-offset`,
  at: `${PREFIX}original-timestamp`,
};
const ATTEMPTS = "retry_topic-attempts";
const FIRST_AT = "retry_topic-original-timestamp";

/**
 * Spring Kafka's non-blocking retries, `@RetryableTopic` (RetryTopicHeaders.java, DeadLetterPublishingRecovererFactory).
 *
 * | header | bytes |
 * |---|---|
 * | `kafka_original-topic`, `-partition`, `-offset`, `-timestamp` | as in the blocking family, prefix `kafka_` |
 * | `kafka_dlt-original-consumer-group` | text; the blocking family's own name |
 * | `kafka_exception-*`, `kafka_key-exception-*` | text |
 * | `retry_topic-attempts` | 4-byte int, big-endian; one byte once. The number of the *next* delivery |
 * | `retry_topic-original-timestamp`, `retry_topic-backoff-timestamp` | BigInteger, 1 to 8 bytes, ms |
 *
 * `retry_topic-*` repeat once a hop, the last counts. The originals are kept from the first failure alone unless the
 * application changed it, so where the record went through retry topics the copy that failed last is not told.
 */
export const springRetryable: Dialect = {
  id: "spring-retryable",
  detects: (headers) => headers.has(PLACE.topic) || (headers.has(ATTEMPTS) && headers.has(SPRING_GROUP)),
  read(_record, headers) {
    const deliveries = headers.ints(ATTEMPTS, BIG_ENDIAN.byteOrInt);
    const next = deliveries.at(-1);
    return envelope("spring-retryable", headers, {
      origin: originOf(headers),
      from: fromOf(headers, deliveries.length),
      group: headers.name(SPRING_GROUP),
      attempts: next === undefined || next < 1 ? null : next - 1,
      hops: restartsOf(deliveries) + 1,
      ...readFailure(headers, PREFIX),
    });
  },
};

function originOf(headers: HeaderReader): TracedPlace {
  const origin = binaryPlace(headers, PLACE, "first");
  return { ...origin, at: origin.at ?? headers.instant(FIRST_AT, BIG_ENDIAN.bigInteger, "first") };
}

/** The copy that failed last: told where originals are appended, or where there was one failure in all. */
function fromOf(headers: HeaderReader, failures: number): TracedPlace {
  const told = headers.count(PLACE.topic);
  if (told > 1 || failures <= 1) return binaryPlace(headers, PLACE, "last");
  return { ...NOWHERE };
}

/** How often the attempts began anew: each time the record had come back from a dead-letter topic. */
function restartsOf(deliveries: readonly number[]): number {
  return deliveries.filter((one, at) => at > 0 && one <= (deliveries[at - 1] ?? 0)).length;
}
