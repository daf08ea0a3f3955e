import {
  decimalPlace,
  envelope,
  sourceTimeOf,
  type Dialect,
} from "#lib/domain/dead-letters/dialects/dialect.ts";
import { leadingClass } from "#lib/domain/dead-letters/stack-trace.ts";

const PREFIX = "__streams.errors.";

/**
 * Kafka Streams' dead letter queue, KIP-1034 (ExceptionHandlerUtils.java): text, under `__streams.errors.`:
 * `exception` (its class; before 4.3 its `toString`), `message`, `stacktrace`, `topic`, `partition`,
 * `offset`. The record keeps its source's timestamp. Neither the application id, which is the group, nor the attempts
 * are told.
 */
export const kafkaStreams: Dialect = {
  id: "kafka-streams",
  detects: (headers) => headers.has(`${PREFIX}exception`) || headers.has(`${PREFIX}topic`),
  read(record, headers) {
    const place = {
      ...decimalPlace(headers, {
        topic: `${PREFIX}topic`,
        partition: `${PREFIX}partition`,
        offset: `${PREFIX}offset`,
      }),
      at: sourceTimeOf(record),
    };
    const exception = headers.text(`${PREFIX}exception`);
    return envelope("kafka-streams", headers, {
      origin: place,
      from: { ...place },
      exception: exception === null ? null : leadingClass(exception),
      message: headers.text(`${PREFIX}message`),
      stack: headers.text(`${PREFIX}stacktrace`),
    });
  },
};
