import { CompressionTypes, Partitioners } from "kafkajs";
import { expect, test } from "vitest";
import { createTopics, runKafkaTool, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { closeAfterEach, connect } from "./open-test-cluster.ts";

const prefix = topicPrefix();
closeAfterEach();

const T0 = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

async function make(name: string, config: Record<string, string> = {}, numPartitions = 1): Promise<string> {
  const topic = `${prefix}.${name}`;
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  await createTopics([{ topic, numPartitions, replicationFactor: 1, configEntries }]);
  return topic;
}

async function produce(
  topic: string,
  records: readonly { partition?: number; key?: string; value?: string | null; at: number }[],
  compression = CompressionTypes.None,
): Promise<void> {
  const producer = testKafka().producer({
    ...{ idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const messages = records.map(({ at, value = "x", partition = 0, ...rest }) => ({
    ...{ ...rest, value, partition },
    timestamp: String(at),
  }));
  await producer.send({ topic, compression, messages });
  await producer.disconnect();
}

/** The timestamps at these offsets, as `[offset, record offset, at, sparse]` or the reason. */
async function timesAt(topic: string, asked: readonly (readonly [partition: number, offset: bigint])[]) {
  const cluster = connect();
  const signal = AbortSignal.timeout(30_000);
  const log = (await cluster.topicLogs.read([topic], signal)).get(topic)!;
  const times = await cluster.topicLogs.recordTimes(
    asked.map(([partition, offset]) => ({ topic, topicId: log.topicId, partition, offset })),
    signal,
  );
  return times.map((each) =>
    each.state === "known" ? [each.offset, each.recordOffset, each.at, each.sparse] : each.reason,
  );
}

test.each([
  ["none", CompressionTypes.None],
  ["gzip", CompressionTypes.GZIP],
])("each record of a batch has its own time, compressed with %s", async (name, compression) => {
  const topic = await make(`own-${name}`);
  await produce(
    topic,
    Array.from({ length: 50 }, (_, each) => ({ at: T0 + each * 1_000 })),
    compression,
  );
  expect(
    await timesAt(topic, [
      [0, 0n],
      [0, 17n],
      [0, 49n],
    ]),
  ).toEqual([
    [0n, 0n, T0, false],
    [17n, 17n, T0 + 17_000, false],
    [49n, 49n, T0 + 49_000, false],
  ]);
});

test.each(["lz4", "snappy", "zstd"])("Java's %s batches are read", async (codec) => {
  const topic = await make(`java-${codec}`);
  const before = Date.now();
  await runKafkaTool("org.apache.kafka.tools.ProducerPerformance", [
    ...["--topic", topic, "--num-records", "200", "--record-size", "100", "--throughput", "-1"],
    ...["--producer-props", `bootstrap.servers=${testStack().kafkaBrokers}`, `compression.type=${codec}`],
  ]);
  const [first, last] = await timesAt(topic, [
    [0, 0n],
    [0, 199n],
  ]);
  expect(first).toEqual([0n, 0n, expect.any(Number), false]);
  expect((first as [bigint, bigint, number])[2]).toBeGreaterThanOrEqual(before);
  expect((last as [bigint, bigint, number])[2]).toBeLessThanOrEqual(Date.now());
});

test("LogAppendTime is the broker's own", async () => {
  const topic = await make("append", { "message.timestamp.type": "LogAppendTime" });
  const before = Date.now();
  await produce(topic, [{ at: T0 }, { at: T0 + 1 }]);
  const [found] = await timesAt(topic, [[0, 1n]]);
  const [, , at] = found as [bigint, bigint, number];
  expect(at).toBeGreaterThanOrEqual(before - 1_000);
  expect(at).toBeLessThanOrEqual(Date.now() + 1_000);
});

test("an empty partition, the end, and what was deleted have no record, with the reason", async () => {
  const topic = await make("edges", {}, 2);
  await produce(topic, [{ at: T0 }, { at: T0 + 1_000 }]);
  expect(
    await timesAt(topic, [
      [0, 2n],
      [1, 0n],
      [0, 9n],
    ]),
  ).toEqual([
    "No record lies at or after it.",
    "No record lies at or after it.",
    "The partition does not hold this offset.",
  ]);
  await withAdmin(async (admin) => {
    // kafkajs deletes records of topics alone that it knows.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "1" }] });
  });
  expect(
    await timesAt(topic, [
      [0, 0n],
      [0, 1n],
    ]),
  ).toEqual(["The partition does not hold this offset.", [1n, 1n, T0 + 1_000, false]]);
});

test("markers are passed over, and a transactional batch is told as sparse", async () => {
  const topic = await make("markers");
  const producer = testKafka().producer({
    ...{ transactionalId: `${prefix}-tx`, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (const at of [T0, T0 + 5_000]) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: "x", partition: 0, timestamp: String(at) }] });
    await transaction.commit();
  }
  await producer.disconnect();
  // 0 record, 1 marker, 2 record, 3 marker.
  expect(
    await timesAt(topic, [
      [0, 0n],
      [0, 1n],
      [0, 3n],
    ]),
  ).toEqual([[0n, 0n, T0, true], [1n, 2n, T0 + 5_000, true], "No record lies at or after it."]);
});

test("large batches of many partitions are read in more than one go", async () => {
  const topic = await make("large", { "max.message.bytes": "2000000" }, 40);
  const value = "y".repeat(600_000);
  for (let from = 0; from < 40; from += 10) {
    await produce(
      topic,
      Array.from({ length: 10 }, (_, each) => ({ partition: from + each, value, at: T0 + from + each })),
    );
  }
  const asked = Array.from({ length: 40 }, (_, partition) => [partition, 0n] as const);
  expect(await timesAt(topic, asked)).toEqual(asked.map(([partition]) => [0n, 0n, T0 + partition, false]));
});

test("a read-only cluster takes no change of a group", async () => {
  const cluster = connect({ readOnly: true });
  const signal = AbortSignal.timeout(10_000);
  const commit = { offset: 0n, leaderEpoch: null, metadata: "" };
  const { groupAdmin } = cluster;
  const refused = { name: "KafkaError", kind: "read_only" };
  await expect(
    groupAdmin.commitOffsets("g", [{ topic: "t", partition: 0, commit }], signal),
  ).rejects.toMatchObject(refused);
  await expect(groupAdmin.deleteOffsets("g", [{ topic: "t", partition: 0 }], signal)).rejects.toMatchObject(
    refused,
  );
  await expect(groupAdmin.deleteGroup("g", signal)).rejects.toMatchObject(refused);
});
