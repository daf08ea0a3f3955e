import {
  decimalPlace,
  envelope,
  sourceTimeOf,
  type Dialect,
} from "#lib/domain/dead-letters/dialects/dialect.ts";

const PREFIX = "__connect.errors.";

/**
 * A Kafka Connect sink with `errors.deadletterqueue.context.headers.enable` (DeadLetterQueueReporter.java): all text,
 * under `__connect.errors.`: `topic`, `partition`, `offset`, `connector.name`, `task.id`, `stage`, `class.name`,
 * `exception.class.name`, `exception.message`, `exception.stacktrace`. The group is not told: a sink's is
 * `connect-<connector>` unless its worker allows an override. Attempts are not told. The record
 * keeps its source's timestamp.
 */
export const kafkaConnect: Dialect = {
  id: "kafka-connect",
  detects: (headers) => headers.has(`${PREFIX}topic`) || headers.has(`${PREFIX}connector.name`),
  read(record, headers) {
    const place = {
      ...decimalPlace(headers, {
        topic: `${PREFIX}topic`,
        partition: `${PREFIX}partition`,
        offset: `${PREFIX}offset`,
      }),
      at: sourceTimeOf(record),
    };
    const connector = headers.name(`${PREFIX}connector.name`);
    return envelope("kafka-connect", headers, {
      origin: place,
      from: { ...place },
      group: connector === null ? null : `connect-${connector}`,
      exception: headers.name(`${PREFIX}exception.class.name`),
      message: headers.text(`${PREFIX}exception.message`),
      stack: headers.text(`${PREFIX}exception.stacktrace`),
    });
  },
};
