import { join } from "node:path";
import { Admin } from "@platformatic/kafka";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { SWEEP_PARTS, type ClusterObservation, type SweepPart } from "#lib/domain/sweep/observation.ts";
import { startKafkaNodes, type KafkaNodesHandle } from "#stack/kafka-nodes.ts";
import { until } from "#test/support/until.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const GROUPS = 30;
/** One replica a partition: a broker that is away takes its partitions along. */
const FRAGILE = "fragile";
/** Three replicas: its partitions move. */
const SAFE = "safe";

let stack: KafkaNodesHandle;
let cluster: KafkaCluster;
const kafkajs = (): Kafka =>
  new Kafka({ clientId: "test", brokers: stack.brokers.split(","), logLevel: logLevel.NOTHING });

const makeTopics = async (): Promise<void> => {
  const admin = kafkajs().admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      { topic: FRAGILE, numPartitions: 6, replicationFactor: 1 },
      { topic: SAFE, numPartitions: 6, replicationFactor: 3 },
    ],
  });
  await admin.disconnect();
  const producer = kafkajs().producer({
    ...{ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 },
    retry: { initialRetryTime: 200, retries: 20 },
  });
  await producer.connect();
  for (const topic of [FRAGILE, SAFE]) {
    const messages = Array.from({ length: 60 }, (_, index) => ({ partition: index % 6, value: "x" }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
};

const makeGroups = async (): Promise<void> => {
  const admin = new Admin({
    ...{ clientId: "test", bootstrapBrokers: stack.brokers.split(","), retries: 20, retryDelay: 300 },
  });
  for (let n = 0; n < GROUPS; n += 1) {
    const partitionOffsets = Array.from({ length: 6 }, (_, partition) => ({ partition, offset: 4n }));
    await admin.alterConsumerGroupOffsets({
      groupId: `group-${n}`,
      topics: [FRAGILE, SAFE].map((name) => ({ name, partitionOffsets })),
    });
  }
  await admin.close();
};

beforeAll(async () => {
  const dir = join(ROOT, ".sluice", "fault-brokers");
  stack = await startKafkaNodes({ dir, cacheDir: join(ROOT, ".cache"), nodes: 3, fresh: true, heapMb: 384 });
  await makeTopics();
  await makeGroups();
  cluster = openKafkaCluster({
    bootstrap: stack.brokers.split(","),
    ...{ clientId: "test", tls: null, sasl: null, now: Date.now },
  });
});
afterAll(async () => {
  await cluster.close();
  await stack.stop();
});

const sweep = (parts: readonly SweepPart[] = []): Promise<ClusterObservation> =>
  cluster.sweep(new Set(parts), AbortSignal.timeout(45_000));
const mine = ({ groups }: ClusterObservation) => groups.filter((each) => each.id.startsWith("group-"));
const endsOf = (seen: ClusterObservation, topic: string) => seen.topics.get(topic)?.ends ?? [];

it("asks three brokers at most three requests each in steady state, and misses nothing", async () => {
  const first = await sweep(SWEEP_PARTS);
  expect(first.failures).toEqual([]);
  expect(new Set(mine(first).map((each) => each.coordinatorId))).toEqual(new Set([1, 2, 3]));
  const seen = await sweep();
  expect(seen.requests).toBeLessThanOrEqual(9);
  expect(mine(seen)).toHaveLength(GROUPS);
  for (const topic of [FRAGILE, SAFE]) expect(endsOf(seen, topic)).toEqual(Array(6).fill(10n));
  for (const { commits } of mine(seen)) expect(commits?.get(SAFE)).toEqual(Array(6).fill(4n));
  const topicId = seen.topics.get(FRAGILE)?.topicId ?? "";
  const tails = Array.from({ length: 6 }, (_, partition) => ({
    ...{ topic: FRAGILE, topicId, partition, from: 4n, to: 10n },
  }));
  const read = await cluster.readTails(tails, AbortSignal.timeout(10_000));
  expect(read.map((each) => each.records)).toEqual(Array(6).fill(6));
});

it("with a broker killed the rest stands: its gaps are listed, its groups and leaders move", async () => {
  const lost = 2;
  const before = await sweep();
  const standing = new Set(
    mine(before)
      .filter((each) => each.coordinatorId !== lost)
      .map((each) => each.id),
  );
  await stack.nodes[lost - 1]?.kill();

  const at = await sweep();
  expect(at.groupsComplete).toBe(false);
  expect(at.failures.map((each) => each.subject)).toContain(`broker ${lost}`);
  const there = new Map(mine(at).map((each) => [each.id, each]));
  for (const id of standing) expect(there.get(id)?.commits?.get(SAFE)).toEqual(Array(6).fill(4n));

  const moved = await until(
    async () => {
      const seen = await sweep();
      const all = mine(seen).filter((each) => each.commits !== null);
      return seen.groupsComplete && all.length === GROUPS && seen.brokers.length === 2 && seen;
    },
    { limitMs: 60_000, everyMs: 500, what: "the groups of the killed broker move" },
  );
  expect(mine(moved).every((each) => each.coordinatorId !== lost)).toBe(true);
  expect(endsOf(moved, SAFE)).toEqual(Array(6).fill(10n));
  const led = before.topics.get(FRAGILE)?.partitions.map((each) => each.leaderId) ?? [];
  expect(new Set(led)).toEqual(new Set([1, 2, 3]));
  expect(endsOf(moved, FRAGILE)).toEqual(led.map((leader) => (leader === lost ? null : 10n)));
  const leaderless = led.filter((leader) => leader === lost).length;
  expect(moved.failures).toContainEqual({
    subject: `topic ${FRAGILE}`,
    reason: `${leaderless} of its partitions have no leader.`,
  });
  expect(moved.topics.get(FRAGILE)?.partitions.map((each) => each.leaderId)).toEqual(
    led.map((leader) => (leader === lost ? null : leader)),
  );
});

it("is whole again once the broker is back", async () => {
  await stack.nodes[1]?.start();
  const seen = await until(
    async () => {
      const all = await sweep(SWEEP_PARTS);
      return all.failures.length === 0 && all.brokers.length === 3 && all;
    },
    { limitMs: 90_000, everyMs: 500, what: "a sweep without a failure" },
  );
  expect(endsOf(seen, FRAGILE)).toEqual(Array(6).fill(10n));
  expect(mine(seen).filter((each) => each.commits !== null)).toHaveLength(GROUPS);
});
