import fc from "fast-check";
import { expect, test } from "vitest";
import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import {
  BATCH_HEADER_BYTES,
  encodeBatch,
  greatestSizeOf,
  NO_PRODUCER,
} from "#lib/adapters/kafka/copy/encode-batch.ts";
import {
  frameBatches,
  isControl,
  isTransactional,
  openBatch,
} from "#lib/adapters/kafka/scan/record-batch.ts";
import { recordsOf } from "#lib/adapters/kafka/scan/record-view.ts";

const producer = { producerId: 7_000_000_000n, producerEpoch: 3, sequence: 41, transactional: true };
const AT = { topic: "t", partition: 0 };

/** Decodes a batch by the reader of scans. */
function decoded(batch: Buffer): CopyRecord[] {
  const { frames, cutBytes, broken } = frameBatches([batch]);
  expect([frames.length, cutBytes, broken]).toEqual([1, null, null]);
  const frame = frames[0]!;
  const opened = openBatch(frame, true);
  if ("reason" in opened) throw new Error(opened.reason);
  const range = { fromOffset: 0n, toOffset: 1_000_000n };
  const onTorn = ({ reason }: { reason: string }): never => {
    throw new Error(reason);
  };
  return [...recordsOf(frame, opened.bytes, { ...range, onTorn })].map(
    ({ key, value, headers, timestamp }) => ({
      ...AT,
      ...{ key, value, timestamp: timestamp ?? -1n },
      headers: headers.map(({ nameBytes, value: ofHeader }) => ({ name: nameBytes, value: ofHeader })),
    }),
  );
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const orNull = fc.option(bytes, { nil: null });
const records = fc.array(
  fc.record({
    ...{ topic: fc.constant("t"), partition: fc.constant(0), key: orNull, value: orNull },
    headers: fc.array(fc.record({ name: bytes, value: orNull }), { maxLength: 5 }),
    timestamp: fc.oneof(
      fc.bigInt(0n, 2n ** 63n - 1n),
      fc.constantFrom(0n, 2n ** 63n - 1n, 1_764_000_000_000n),
    ),
  }),
  { minLength: 1, maxLength: 200 },
);

test("any records come back as they went in, their checksum right", () => {
  fc.assert(
    fc.property(records, (some) => {
      expect(decoded(encodeBatch(some, producer))).toEqual(some);
    }),
  );
});

test("the header tells the producer, the times and the count", () => {
  const some = [5n, 9n, 2n].map((timestamp): CopyRecord => ({
    ...AT,
    key: null,
    value: null,
    headers: [],
    timestamp,
  }));
  const batch = encodeBatch(some, producer);
  const frame = frameBatches([batch]).frames[0]!;
  expect(frame).toMatchObject({
    ...{ magic: 2, firstOffset: 0n, lastOffset: 2n, count: 3, producerId: 7_000_000_000n },
    ...{ baseTimestamp: 5n, maxTimestamp: 9n },
  });
  expect([isTransactional(frame), isControl(frame)]).toEqual([true, false]);
  expect([batch.readInt16BE(51), batch.readInt32BE(53)]).toEqual([3, 41]);
  const plain = frameBatches([encodeBatch(some, { ...producer, transactional: false })]).frames[0]!;
  expect([isTransactional(plain), plain.producerId]).toEqual([false, 7_000_000_000n]);
  const nobodys = encodeBatch(some, NO_PRODUCER);
  expect(isTransactional(frameBatches([nobodys]).frames[0]!)).toBe(false);
  expect([nobodys.readBigInt64BE(43), nobodys.readInt16BE(51), nobodys.readInt32BE(53)]).toEqual([
    -1n,
    -1,
    -1,
  ]);
});

test("no record takes more than it is said to", () => {
  fc.assert(
    fc.property(records, (some) => {
      const most = some.reduce((sum, each) => sum + greatestSizeOf(each), BATCH_HEADER_BYTES);
      expect(encodeBatch(some, producer).length).toBeLessThanOrEqual(most);
    }),
  );
});

test("lengths at the borders of a varint", () => {
  for (const length of [0, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576]) {
    const value = Buffer.alloc(length, 7);
    const record: CopyRecord = { ...AT, key: null, value, headers: [{ name: value, value }], timestamp: 1n };
    const [read] = decoded(encodeBatch([record], producer));
    const parts = [read?.value, read?.headers[0]?.name, read?.headers[0]?.value];
    expect(parts.map((each) => each?.equals(value))).toEqual([true, true, true]);
  }
});

test("a batch without records is refused", () => {
  expect(() => encodeBatch([], producer)).toThrow(RangeError);
});
