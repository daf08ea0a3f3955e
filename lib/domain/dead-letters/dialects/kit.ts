import type { TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { decimalPlace, envelope, NOWHERE, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";

/**
 * The kit's dead letters: UTF-8 text throughout (protocol, "Headers of the kit").
 *
 * | header | tells |
 * |---|---|
 * | `dlt-topic`, `dlt-partition`, `dlt-offset`, `dlt-timestamp` | the first origin; decimal, ms |
 * | `dlt-from` | the copy that failed last: `<topic>:<partition>:<offset>` |
 * | `dlt-group`, `dlt-attempts`, `dlt-failed-at` (ISO) | the latest failure |
 * | `dlt-exception`, `dlt-cause`, `dlt-message`, `dlt-stack` | its error; the cause is the innermost |
 * | `dlt-pointer` | `1`: the value stands in the source alone |
 *
 * A retry copy carries the first four alone, so they do not make a dead letter.
 */
export const kit: Dialect = {
  id: "kit",
  detects: (headers) => headers.has("dlt-from") && headers.has("dlt-group"),
  read(_record, headers) {
    const origin = decimalPlace(headers, {
      topic: "dlt-topic",
      partition: "dlt-partition",
      offset: "dlt-offset",
      at: "dlt-timestamp",
    });
    return envelope("kit", headers, {
      origin,
      from: fromOf(headers, origin),
      group: headers.name("dlt-group"),
      attempts: headers.int("dlt-attempts", "decimal"),
      exception: headers.name("dlt-exception"),
      cause: headers.name("dlt-cause"),
      message: headers.text("dlt-message"),
      stack: headers.text("dlt-stack"),
      failedAt: headers.isoInstant("dlt-failed-at"),
      pointer: headers.text("dlt-pointer") === "1",
    });
  },
};

/** The copy that failed; its time is known where it is the origin itself. A topic's name holds no colon. */
function fromOf(headers: HeaderReader, origin: TracedPlace): TracedPlace {
  const text = headers.name("dlt-from");
  if (text === null) return { ...NOWHERE };
  const [, topic, partition, offset] = /^([^:]{1,249}):(\d{1,9}):(\d{1,18})$/.exec(text) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) {
    headers.fail("dlt-from", "It is not <topic>:<partition>:<offset>.");
    return { ...NOWHERE };
  }
  const place = { topic, partition: Number(partition), offset: BigInt(offset) };
  const same =
    place.topic === origin.topic && place.partition === origin.partition && place.offset === origin.offset;
  return { ...place, at: same ? origin.at : null };
}
