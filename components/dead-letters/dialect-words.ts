import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";

/** Who wrote a dead letter, in words. */
export const DIALECT_WORDS: Readonly<Record<DialectId, string>> = {
  kit: "Sluice kit",
  "spring-blocking": "Spring Kafka, DeadLetterPublishingRecoverer",
  "spring-retryable": "Spring Kafka, @RetryableTopic",
  "spring-cloud-stream": "Spring Cloud Stream",
  "kafka-connect": "Kafka Connect sink",
  "kafka-streams": "Kafka Streams",
  smallrye: "SmallRye Reactive Messaging",
  karafka: "Karafka",
  watermill: "Watermill",
  wolverine: "Wolverine",
  "confluent-rules": "Confluent data-contract rules",
  "share-group": "share group (KIP-1191)",
  generic: "configured headers",
  unknown: "unknown: no known headers",
};
