import { binaryPlace, envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import { BIG_ENDIAN } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { readFailure, SPRING_GROUP } from "#lib/domain/dead-letters/dialects/spring-failure.ts";

const PREFIX = "kafka_dlt-";
const PLACE = {
  topic: `${PREFIX}original-topic`,
  partition: `${PREFIX}original-partition`,
  offset: `${PREFIX}original-offset`,
  at: `${PREFIX}original-timestamp`,
};

/**
 * Spring Kafka's `DeadLetterPublishingRecoverer` behind a blocking error handler (KafkaHeaders.java).
 *
 * | header | bytes |
 * |---|---|
 * | `kafka_dlt-original-topic`, `-original-consumer-group`, `-original-timestamp-type` | text |
 * | `kafka_dlt-original-partition` | 4-byte int, big-endian |
 * | `kafka_dlt-original-offset`, `-original-timestamp` | 8-byte long, big-endian; ms |
 * | `kafka_dlt-exception-fqcn`, `-exception-cause-fqcn`, `-exception-message`, `-exception-stacktrace` | text |
 * | `kafka_dlt-key-exception-*` | text; a key that cannot be deserialised |
 *
 * The originals repeat on each hop (`appendOriginalHeaders`, on by default): the first is the origin, the last the
 * latest. `kafka_deliveryAttempt` (4-byte int) is there only where the container was told to add it.
 */
export const springBlocking: Dialect = {
  id: "spring-blocking",
  detects: (headers) => headers.has(PLACE.topic),
  read(_record, headers) {
    return envelope("spring-blocking", headers, {
      origin: binaryPlace(headers, PLACE, "first"),
      from: binaryPlace(headers, PLACE, "last"),
      group: headers.name(SPRING_GROUP),
      attempts: headers.int("kafka_deliveryAttempt", BIG_ENDIAN.int),
      hops: headers.count(PLACE.topic),
      ...readFailure(headers, PREFIX),
    });
  },
};
