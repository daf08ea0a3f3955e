import { binaryPlace, envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import { withoutWrapper } from "#lib/domain/dead-letters/stack-trace.ts";

const PLACE = {
  topic: "x-original-topic",
  partition: "x-original-partition",
  offset: "x-original-offset",
  at: "x-original-timestamp",
};

/**
 * Spring Cloud Stream's Kafka binder, topic `error.<destination>.<group>` unless named (KafkaMessageChannelBinder.java).
 *
 * | header | bytes |
 * |---|---|
 * | `x-original-topic`, `x-original-timestamp-type` | text |
 * | `x-original-partition` | 4-byte int, big-endian |
 * | `x-original-offset`, `x-original-timestamp` | 8-byte long, big-endian; ms |
 * | `x-exception-fqcn`, `x-exception-message`, `x-exception-stacktrace` | text |
 *
 * The group is in the default topic's name alone, after the destination.
 */
export const springCloudStream: Dialect = {
  id: "spring-cloud-stream",
  detects: (headers) =>
    headers.has(PLACE.topic) && (headers.has(PLACE.offset) || headers.has("x-exception-fqcn")),
  read(record, headers) {
    const place = binaryPlace(headers, PLACE);
    const message = headers.text("x-exception-message");
    return envelope("spring-cloud-stream", headers, {
      origin: place,
      from: { ...place },
      group: groupOf(record.topic, place.topic),
      exception: headers.name("x-exception-fqcn"),
      message: message === null ? null : withoutWrapper(message),
      stack: headers.text("x-exception-stacktrace"),
    });
  },
};

/** `error.orders.billing` of topic `orders` is the group `billing`. */
function groupOf(deadLetterTopic: string, source: string | null): string | null {
  const prefix = `error.${source ?? ""}.`;
  if (source === null || !deadLetterTopic.startsWith(prefix)) return null;
  return deadLetterTopic.slice(prefix.length) || null;
}
