import { decimalPlace, envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";

const PREFIX = "__dlq.errors.";

/**
 * Share groups, KIP-1191 (ShareGroupDLQStateManager). All text, under `__dlq.errors.`: `topic`, `partition`, `offset`,
 * `group`, `delivery.count`, `message`. Written from the KIP: no released broker has been seen to write one. The
 * broker copies key and value only where the group asks for it, and never the source's headers, so without a value
 * the record is taken for a pointer.
 */
export const shareGroup: Dialect = {
  id: "share-group",
  detects: (headers) => headers.has(`${PREFIX}topic`) || headers.has(`${PREFIX}group`),
  read(record, headers) {
    const place = decimalPlace(headers, {
      topic: `${PREFIX}topic`,
      partition: `${PREFIX}partition`,
      offset: `${PREFIX}offset`,
    });
    return envelope("share-group", headers, {
      origin: place,
      from: { ...place },
      group: headers.name(`${PREFIX}group`),
      attempts: headers.int(`${PREFIX}delivery.count`, "decimal"),
      message: headers.text(`${PREFIX}message`),
      pointer: record.value === null,
    });
  },
};
