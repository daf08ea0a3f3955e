import { envelope, NOWHERE, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import { leadingClass } from "#lib/domain/dead-letters/stack-trace.ts";

/**
 * The DLQ action of Confluent's data contract rules. All text: `__rule.name`, `__rule.mode` (`READ`, `WRITE`, ...),
 * `__rule.subject`, `__rule.topic` (the source), `__rule.exception` (the exception's text, or the condition that did
 * not hold). A rule of mode WRITE fails in a producer: there never was a source record. Neither partition, offset nor
 * group is told.
 */
export const confluentRules: Dialect = {
  id: "confluent-rules",
  detects: (headers) =>
    headers.has("__rule.name") && (headers.has("__rule.topic") || headers.has("__rule.exception")),
  read(_record, headers) {
    const place = { ...NOWHERE, topic: headers.name("__rule.topic") };
    const text = headers.text("__rule.exception");
    const named = text === null ? null : leadingClass(text);
    const exception = named !== null && named.includes(".") ? named : null;
    return envelope("confluent-rules", headers, {
      origin: place,
      from: { ...place },
      exception,
      message: text?.split("\n", 1)[0] ?? null,
      stack: text?.includes("\n\tat ") === true ? text : null,
    });
  },
};
