import { Partitioners, type Producer, type Transaction } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ClusterObservation, SweepPart, Tail } from "#lib/domain/sweep/observation.ts";
import { createTopics, runKafkaTool, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { commitOffsets } from "./commit-offsets.ts";
import { until } from "#test/support/until.ts";
import { ALL, closeAfterEach, connect, sweep } from "./open-test-cluster.ts";

const prefix = topicPrefix();
closeAfterEach();

const STABLES = new Set<SweepPart>(["metadata", "stables"]);
const producers: Producer[] = [];

/** A transactional producer of Kafka's wire, by a client that is not ours. */
const transactional = async (name: string): Promise<Producer> => {
  const producer = testKafka().producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: `${prefix}-${name}`,
    transactionTimeout: 50_000,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 20, retries: 40 },
  });
  await producer.connect();
  producers.push(producer);
  return producer;
};
const send = (
  sender: Pick<Producer, "send">,
  topic: string,
  { partition = 0, count }: { partition?: number; count: number },
): Promise<unknown> =>
  sender.send({ topic, messages: Array.from({ length: count }, () => ({ partition, value: "x" })) });

afterAll(() => Promise.all(producers.map((producer) => producer.disconnect())));

describe("an open transaction", () => {
  const topic = `${prefix}.open`;
  beforeAll(() => createTopics([{ topic, numPartitions: 2 }]));

  test("is named with its producer, where it began and its timeout; its backlog ends with it", async () => {
    const before = Date.now();
    const producer = await transactional("open");
    const transaction = await producer.transaction();
    await send(transaction, topic, { partition: 1, count: 4 });
    const cluster = connect();
    const seen = await sweep(cluster, STABLES);
    const stable = seen.stables?.get(topic)?.[1];
    const end = seen.topics.get(topic)?.ends[1];
    expect([stable, end]).toEqual([0n, 4n]);
    const [found, ...others] = seen.transactions?.filter((each) => each.topic === topic) ?? [];
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      ...{ partition: 1, startOffset: 0n, transactionalId: `${prefix}-open`, timeoutMs: 50_000 },
    });
    expect(found?.producerId).toBeGreaterThanOrEqual(0n);
    expect(found?.startedAt).toBeGreaterThanOrEqual(before - 1_000);
    expect(found?.lastWrittenAt).toBeGreaterThanOrEqual(before - 1_000);
    const args = ["describe-producers", "--topic", topic, "--partition", "1"];
    const printed = await runKafkaTool("org.apache.kafka.tools.TransactionsCommand", [
      ...["--bootstrap-server", testStack().kafkaBrokers, ...args],
    ]);
    const [head, row] = printed.split("\n").map((line) => line.trim().split(/\s+/));
    const javaSays = (column: string): string | undefined => row?.[head?.indexOf(column) ?? -1];
    expect(javaSays("ProducerId")).toBe(String(found?.producerId));
    expect(javaSays("ProducerEpoch")).toBe(String(found?.producerEpoch));
    expect(javaSays("CurrentTransactionStartOffset")).toBe(String(found?.startOffset));
    await transaction.commit();
    // The coordinator answers first and writes the marker then.
    const after = await until(
      async () => {
        const again = await sweep(cluster, STABLES);
        return again.transactions?.some((each) => each.topic === topic) === false && again;
      },
      { limitMs: 10_000, what: "the commit's marker" },
    );
    expect(after.stables?.get(topic)?.[1]).toBe(after.topics.get(topic)?.ends[1]);
  });

  test("is looked for only when last stable offsets are asked for", async () => {
    const cluster = connect();
    await sweep(cluster, ALL);
    const seen = await sweep(cluster);
    expect([seen.stables, seen.transactions]).toEqual([null, null]);
    const within = await sweep(cluster, new Set<SweepPart>(["stables"]));
    expect(within.stables?.get(topic)).toHaveLength(2);
  });
});

describe("a tail", () => {
  const topic = `${prefix}.tail`;
  /** 0: 3 records and a commit marker. 1: 3 records, then 4 aborted. 2: 5 plain ones. 3: 2 records in an open one. */
  let cluster: KafkaCluster;
  let seen: ClusterObservation;
  const tail = (partition: number, from: number): Tail => ({
    topic,
    topicId: seen.topics.get(topic)?.topicId ?? "",
    partition,
    from: BigInt(from),
    to: seen.topics.get(topic)?.ends[partition] ?? 0n,
  });
  const records = async (...tails: Tail[]): Promise<number[]> => {
    const read = await cluster.readTails(tails, AbortSignal.timeout(10_000));
    return read.map((each) => each.records);
  };
  let open: Transaction;

  beforeAll(async () => {
    await createTopics([{ topic, numPartitions: 4 }]);
    const producer = await transactional("tail");
    const committed = await producer.transaction();
    await send(committed, topic, { partition: 0, count: 3 });
    await committed.commit();
    const plain = testKafka().producer({
      ...{ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 },
    });
    await plain.connect();
    await send(plain, topic, { partition: 1, count: 3 });
    await send(plain, topic, { partition: 2, count: 5 });
    await plain.disconnect();
    const aborted = await producer.transaction();
    await send(aborted, topic, { partition: 1, count: 4 });
    await aborted.abort();
    open = await (await transactional("tail-open")).transaction();
    await send(open, topic, { partition: 3, count: 2 });
  });
  afterAll(() => open.abort());

  test("holds the records that a reader can be given, whatever the offsets say", async () => {
    cluster = connect();
    seen = await sweep(cluster, STABLES);
    expect(seen.topics.get(topic)?.ends).toEqual([4n, 8n, 5n, 2n]);
    expect(await records(tail(0, 3))).toEqual([0]);
    expect(await records(tail(1, 3))).toEqual([0]);
    expect(await records(tail(0, 1), tail(1, 0), tail(2, 3))).toEqual([2, 3, 2]);
    expect(await records(tail(3, 0))).toEqual([2]);
    expect(await records()).toEqual([]);
  });
  test("is told for every commit of a partition with one request", async () => {
    cluster = connect();
    seen = await sweep(cluster, STABLES);
    expect(await records(tail(0, 3), tail(0, 0), tail(0, 2))).toEqual([0, 3, 1]);
  });
  test("counts what one fetch does not reach as records, behind one that it holds", async () => {
    const large = `${prefix}.large`;
    await createTopics([{ topic: large, numPartitions: 1 }]);
    const producer = testKafka().producer({
      ...{ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 },
    });
    await producer.connect();
    for (let index = 0; index < 4; index += 1) {
      const value = Buffer.alloc(300_000, index);
      await producer.send({ topic: large, messages: [{ partition: 0, value }] });
    }
    await producer.disconnect();
    cluster = connect();
    seen = await sweep(cluster, STABLES);
    const topicId = seen.topics.get(large)?.topicId ?? "";
    const far = { topic: large, topicId, partition: 0, from: 0n, to: 4n };
    expect(await records(far)).toEqual([4]);
    expect(await records({ ...far, from: 3n })).toEqual([1]);
  });
  test("is left out for a topic that was made anew, and one that is not there", async () => {
    cluster = connect();
    seen = await sweep(cluster, STABLES);
    const other = "00000000-0000-4000-8000-000000000001";
    expect(await records({ ...tail(0, 0), topicId: other })).toEqual([]);
    expect(await records({ ...tail(0, 0), topic: `${prefix}.none` })).toEqual([]);
  });
});

describe("settings", () => {
  test("tell what a topic keeps by time and by size, and how long the brokers keep offsets", async () => {
    const topic = `${prefix}.kept`;
    const configEntries = [
      { name: "retention.ms", value: "3600000" },
      { name: "retention.bytes", value: "1048576" },
    ];
    await createTopics([{ topic, numPartitions: 1, configEntries }]);
    const seen = await sweep(connect(), ALL);
    expect(seen.configs?.get(topic)).toEqual({
      cleanupPolicy: "delete",
      retentionMs: 3_600_000,
      retentionBytes: 1_048_576,
    });
    expect(seen.offsetsRetentionMs).toBe(7 * 24 * 3_600_000);
    expect(seen.failures.filter(({ subject }) => /^broker|configs/.test(subject))).toEqual([]);
  });
});

describe("a group without members", () => {
  test("is listed by its commits alone", async () => {
    const topic = `${prefix}.memberless`;
    const groupId = `${prefix}-memberless`;
    await createTopics([{ topic, numPartitions: 1 }]);
    await commitOffsets(new Map([[groupId, { [topic]: [0] }]]));
    const seen = await sweep(connect(), ALL);
    const found = seen.groups.find((group) => group.id === groupId);
    expect(found).toMatchObject({ kind: "classic", state: "empty", protocolType: "", shares: null });
    expect(found?.commits?.get(topic)).toEqual([0n]);
    expect(seen.members?.get(groupId)).toEqual([]);
  });
});
