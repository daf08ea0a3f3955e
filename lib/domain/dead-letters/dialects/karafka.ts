import { decimalPlace, envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";

/** Newer versions write `source_`, older ones `original_`. */
const prefixOf = (headers: HeaderReader): "source_" | "original_" =>
  headers.has("source_topic") ? "source_" : "original_";

/**
 * Karafka Pro's dead letter queue and piping (pro/processing/strategies/dlq/default.rb). All text:
 * `source_topic`, `source_partition`, `source_offset`, `source_consumer_group`, `source_attempts`, `source_trace_id`;
 * `original_*` in older versions. No exception is told. A dead letter's key is its source's partition there; a piped
 * record carries no attempts.
 */
export const karafka: Dialect = {
  id: "karafka",
  detects: (headers) =>
    (headers.has("source_topic") && headers.has("source_offset")) ||
    (headers.has("original_topic") &&
      headers.has("original_offset") &&
      headers.has("original_consumer_group")),
  read(_record, headers) {
    const prefix = prefixOf(headers);
    const place = decimalPlace(headers, {
      topic: `${prefix}topic`,
      partition: `${prefix}partition`,
      offset: `${prefix}offset`,
    });
    return envelope("karafka", headers, {
      origin: place,
      from: { ...place },
      group: headers.name(`${prefix}consumer_group`),
      attempts: headers.int(`${prefix}attempts`, "decimal"),
    });
  },
};
