import { expect, test } from "vitest";
import { abortedFrames } from "#lib/adapters/kafka/scan/aborted.ts";
import type { RecordBatchFrame } from "#lib/adapters/kafka/scan/record-batch.ts";

const [TRANSACTIONAL, CONTROL] = [1 << 4, 1 << 5];
const frame = (
  first: number,
  last: number,
  producerId: number,
  attributes = TRANSACTIONAL,
): RecordBatchFrame => ({
  ...{
    bytes: Buffer.alloc(0),
    magic: 2,
    attributes,
    baseTimestamp: 0n,
    maxTimestamp: 0n,
    count: last - first + 1,
  },
  ...{ firstOffset: BigInt(first), lastOffset: BigInt(last), producerId: BigInt(producerId) },
});
const marker = (offset: number, producerId: number): RecordBatchFrame =>
  frame(offset, offset, producerId, TRANSACTIONAL | CONTROL);
const aborted = (producerId: number, firstOffset: number): { producerId: bigint; firstOffset: bigint } => ({
  ...{ producerId: BigInt(producerId), firstOffset: BigInt(firstOffset) },
});

test.each([
  {
    name: "three transactions of one producer, the first and the last aborted, listed out of order",
    frames: [frame(0, 1, 7), marker(2, 7), frame(3, 4, 7), marker(5, 7), frame(6, 7, 7), marker(8, 7)],
    list: [aborted(7, 6), aborted(7, 0)],
    kept: [3],
  },
  {
    name: "a transaction that began before the answer and whose marker lies behind it",
    frames: [frame(50, 59, 7), frame(60, 69, 8), frame(70, 79, 7)],
    list: [aborted(7, 10)],
    kept: [60],
  },
  {
    name: "another producer's and untransactional records among an aborted transaction's",
    frames: [
      frame(0, 1, 7),
      frame(2, 4, 8),
      frame(5, 6, 7, 0),
      frame(7, 8, 7),
      marker(9, 7),
      frame(10, 11, 7),
    ],
    list: [aborted(7, 0)],
    kept: [2, 5, 10],
  },
  { name: "nothing is aborted", frames: [frame(0, 1, 7), marker(2, 7)], list: [], kept: [0] },
])("$name", ({ frames, list, kept }) => {
  const isAborted = abortedFrames(list);
  const given = frames.filter((each) => !isAborted(each) && (each.attributes & CONTROL) === 0);
  expect(given.map((each) => Number(each.firstOffset))).toEqual(kept);
});
