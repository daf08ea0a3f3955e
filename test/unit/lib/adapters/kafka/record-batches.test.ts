import { createRecordsBatch } from "@platformatic/kafka";
import { describe, expect, test } from "vitest";
import {
  countRecords,
  readBatchHeaders,
  type AbortedTransaction,
  type RecordBatch,
} from "#lib/adapters/kafka/record-batches.ts";

const batch = (firstOffset: number, count: number, change: Partial<RecordBatch> = {}): RecordBatch => ({
  firstOffset: BigInt(firstOffset),
  lastOffset: BigInt(firstOffset + count - 1),
  producerId: -1n,
  count,
  transactional: false,
  control: false,
  ...change,
});
const sent = (firstOffset: number, count: number, producerId = 7n): RecordBatch =>
  batch(firstOffset, count, { producerId, transactional: true });
const marker = (offset: number, producerId = 7n): RecordBatch =>
  batch(offset, 1, { producerId, transactional: true, control: true });

interface Case {
  name: string;
  batches: RecordBatch[];
  aborted?: AbortedTransaction[];
  /** Where it is stable to; the end when absent. */
  stable?: number;
  from: number;
  to: number;
  records: number | null;
}

const cases: Case[] = [
  { name: "plain records count", batches: [batch(10, 5), batch(15, 5)], from: 10, to: 20, records: 10 },
  {
    name: "records before the commit do not count, within one batch",
    ...{ batches: [batch(10, 10)], from: 17, to: 20, records: 3 },
  },
  {
    name: "records past the end do not count, within one batch",
    ...{ batches: [batch(10, 10)], from: 10, to: 13, records: 3 },
  },
  { name: "a marker is no record", batches: [sent(10, 5), marker(15)], from: 15, to: 16, records: 0 },
  {
    name: "a committed transaction counts without its marker",
    ...{ batches: [sent(10, 5), marker(15)], from: 12, to: 16, records: 3 },
  },
  {
    name: "an aborted transaction counts nothing",
    ...{ batches: [sent(10, 5), marker(15)], aborted: [{ producerId: 7n, firstOffset: 10n }] },
    ...{ from: 12, to: 16, records: 0 },
  },
  {
    name: "an abort ends with its marker: the producer's next transaction counts",
    batches: [sent(10, 5), marker(15), sent(16, 4), marker(20)],
    ...{ aborted: [{ producerId: 7n, firstOffset: 10n }], from: 10, to: 21, records: 4 },
  },
  {
    name: "three transactions of one producer, the first and the last aborted",
    batches: [sent(0, 2), marker(2), sent(3, 2), marker(5), sent(6, 2), marker(8)],
    aborted: [
      { producerId: 7n, firstOffset: 6n },
      { producerId: 7n, firstOffset: 0n },
    ],
    ...{ from: 0, to: 9, records: 2 },
  },
  {
    name: "another producer's records count among an aborted transaction's",
    batches: [sent(0, 2), sent(2, 3, 8n), sent(5, 2), marker(7), marker(8, 8n)],
    ...{ aborted: [{ producerId: 7n, firstOffset: 0n }], from: 0, to: 9, records: 3 },
  },
  {
    name: "records outside any transaction count, whatever their producer aborted before",
    batches: [batch(0, 2, { producerId: 7n }), marker(2)],
    ...{ aborted: [{ producerId: 7n, firstOffset: 0n }], from: 0, to: 3, records: 2 },
  },
  {
    name: "what lies at or beyond the last stable offset counts as records",
    ...{ batches: [sent(10, 5), marker(15)], stable: 16, from: 15, to: 20, records: 4 },
  },
  {
    name: "a commit beyond the last stable offset leaves the rest as records",
    ...{ batches: [], stable: 16, from: 18, to: 20, records: 2 },
  },
  {
    name: "what the answer does not reach counts as records behind one that it holds",
    ...{ batches: [batch(10, 5)], from: 10, to: 20, records: 10 },
  },
  {
    name: "an answer without a record that ends before the tail does tells nothing",
    batches: [sent(8, 5), marker(13)],
    from: 13,
    to: 20,
    records: null,
  },
  { name: "no batch at all tells nothing", batches: [], from: 10, to: 11, records: null },
  {
    name: "a compacted batch within the tail counts what it still holds",
    ...{ batches: [batch(10, 10, { count: 3 })], from: 10, to: 20, records: 3 },
  },
  {
    name: "a compacted batch that begins before the tail cannot be counted",
    ...{ batches: [batch(10, 10, { count: 3 })], from: 15, to: 20, records: null },
  },
  {
    name: "a compacted aborted batch that begins before the tail is none all the same",
    batches: [batch(10, 10, { count: 3, transactional: true, producerId: 7n }), marker(20)],
    ...{ aborted: [{ producerId: 7n, firstOffset: 10n }], from: 15, to: 21, records: 0 },
  },
];

describe("countRecords", () => {
  test.each(cases)("$name", ({ batches, aborted = [], stable, from, to, records }) => {
    const fetched = { batches, aborted, lastStableOffset: BigInt(stable ?? to) };
    expect(countRecords(fetched, BigInt(from), BigInt(to))).toBe(records);
  });
});

describe("readBatchHeaders", () => {
  const encoded = (count: number, options: Parameters<typeof createRecordsBatch>[1] = {}): Buffer => {
    const messages = Array.from({ length: count }, (_, index) => ({
      topic: "t",
      key: Buffer.from(String(index)),
      value: Buffer.from("v"),
      timestamp: 1_000n,
    }));
    return createRecordsBatch(messages, options).buffer;
  };

  test("reads what the client's encoder writes, compressed or not", () => {
    const bytes = Buffer.concat([
      encoded(3),
      encoded(5, { compression: "gzip", transactionalId: "tx", producerId: 42n }),
    ]);
    expect(readBatchHeaders(bytes)).toEqual([
      { firstOffset: 0n, lastOffset: 2n, producerId: -1n, count: 3, transactional: false, control: false },
      { firstOffset: 0n, lastOffset: 4n, producerId: 42n, count: 5, transactional: true, control: false },
    ]);
  });
  test("reads a batch that is cut short behind its header, and not one that is cut within it", () => {
    const bytes = encoded(4);
    expect(readBatchHeaders(bytes.subarray(0, 61))).toHaveLength(1);
    expect(readBatchHeaders(bytes.subarray(0, 60))).toEqual([]);
  });
  test("ends before a batch of an older format", () => {
    const old = Buffer.from(encoded(2));
    old.writeInt8(1, 16);
    expect(readBatchHeaders(Buffer.concat([encoded(2), old, encoded(2)]))).toHaveLength(1);
  });
});
