import { expect, test } from "vitest";
import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { queuesOf } from "#lib/adapters/kafka/copy/partition-queue.ts";

const record = (partition: number, bytes = 10, topic = "t"): CopyRecord => ({
  ...{ topic, partition, key: null, value: Buffer.alloc(bytes), headers: [], timestamp: 0n },
});

test("records are queued a partition, in their order", () => {
  const queues = queuesOf([record(1), record(0), record(1), record(1, 10, "u")]);
  expect(queues.map(({ topic, partition, next }) => [topic, partition, next])).toEqual([
    ["t", 1, [0, 2]],
    ["t", 0, [1]],
    ["u", 1, [3]],
  ]);
});

test("a batch stays below Kafka's default, and a record that is larger goes alone", () => {
  const [queue] = queuesOf([400_000, 400_000, 400_000, 3_000_000, 10].map((bytes) => record(0, bytes)));
  const batches: (readonly number[])[] = [];
  for (let next = queue?.next ?? null; next !== null; next = queue?.next ?? null) {
    batches.push(next);
    queue?.acknowledge(BigInt(10 * batches.length));
  }
  expect(batches).toEqual([[0, 1], [2], [3], [4]]);
});

test("what lies one behind the other is one entry", () => {
  const [queue] = queuesOf([400_000, 700_000, 700_000].map((bytes) => record(0, bytes)));
  queue?.acknowledge(5n);
  queue?.acknowledge(6n);
  queue?.acknowledge(9n);
  expect(queue?.written).toEqual([
    { topic: "t", partition: 0, baseOffset: 5n, count: 2 },
    { topic: "t", partition: 0, baseOffset: 9n, count: 1 },
  ]);
});

test("a batch is halved until one record is left", () => {
  const [queue] = queuesOf([record(0), record(0), record(0)]);
  expect([queue?.halve(), queue?.next]).toEqual([true, [0]]);
  expect(queue?.halve()).toBe(false);
  queue?.acknowledge(0n);
  expect([queue?.next, queue?.halve(), queue?.next]).toEqual([[1, 2], true, [1]]);
});

test("a topic that takes less gets smaller batches", () => {
  const limits = new Map([["t", 1_000]]);
  const some = [record(0, 400), record(0, 400), record(0, 400, "u")];
  expect(queuesOf(some, limits).map(({ next }) => next)).toEqual([[0, 1], [2]]);
  expect(queuesOf([...some, record(0, 400)], limits).map(({ next }) => next)).toEqual([[0, 1], [2]]);
  expect(queuesOf(some, new Map([["t", 500]])).map(({ next }) => next)).toEqual([[0], [2]]);
});

test("records that are refused leave their batch, and an empty batch goes", () => {
  const [queue] = queuesOf([record(0, 400_000), record(0, 400_000), record(0, 900_000)]);
  expect(queue?.leaveOut(new Set([0]))).toEqual([0]);
  expect(queue?.next).toEqual([1]);
  expect(queue?.leaveOut(new Set([0]))).toEqual([1]);
  expect(queue?.next).toEqual([2]);
  expect(queue?.leaveOut(new Set([1]))).toEqual([]);
  queue?.acknowledge(7n);
  expect([queue?.next, queue?.written]).toEqual([
    null,
    [{ topic: "t", partition: 0, baseOffset: 7n, count: 1 }],
  ]);
});
