import { envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";

/**
 * Wolverine on Kafka, topic `wolverine-dead-letter-queue` (KafkaListener.cs, DeadLetterQueueConstants.cs). All text:
 * `exception-type`, `exception-message`, `exception-stack` (cut at 8,192 characters), `failed-at` (decimal, ms),
 * `original-destination` (a URI such as `kafka://topic/orders`), `original-partition`, `original-offset`; the last
 * three in newer versions. Wolverine's own envelope headers tell id, type and attempts; its `group-id` is
 * a session's, not a consumer group.
 */
export const wolverine: Dialect = {
  id: "wolverine",
  detects: (headers) => headers.has("exception-type") && headers.has("failed-at"),
  read(_record, headers) {
    const place = {
      topic: topicOf(headers),
      partition: headers.int("original-partition", "decimal"),
      offset: headers.offset("original-offset", "decimal"),
      at: null,
    };
    return envelope("wolverine", headers, {
      origin: place,
      from: { ...place },
      attempts: headers.int("attempts", "decimal"),
      exception: headers.name("exception-type"),
      message: headers.text("exception-message"),
      stack: headers.text("exception-stack"),
      failedAt: headers.instant("failed-at", "decimal"),
      eventId: headers.name("id"),
      eventType: headers.name("message-type"),
    });
  },
};

function topicOf(headers: HeaderReader): string | null {
  const destination = headers.name("original-destination");
  if (destination === null) return null;
  const [, topic] = /^kafka:\/\/topic\/([^/?]+)/.exec(destination) ?? [];
  if (topic === undefined) headers.fail("original-destination", "It names no Kafka topic.");
  return topic ?? null;
}
