import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel, type Admin, type Kafka as Client } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import { startKafkaNodes, type KafkaNodesHandle } from "#stack/kafka-nodes.ts";
import { until } from "#test/support/until.ts";
import { closeLinksAfterEach, scanLinks } from "./open-scan-links.ts";

closeLinksAfterEach();
const CACHE = join(import.meta.dirname, "..", "..", "..", "..", "..", ".cache");
const TOPIC = "moved";
const BATCHES = 20;
const RECORDS_A_BATCH = 10;
const [STAYS, MOVES] = [0, 1];

let dir = "";
let nodes: KafkaNodesHandle;
let client: Client;
let admin: Admin;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-moved-"));
  nodes = await startKafkaNodes({ dir, cacheDir: CACHE, nodes: 2, heapMb: 256 });
  client = new Kafka({ clientId: "test", brokers: nodes.brokers.split(","), logLevel: logLevel.NOTHING });
  admin = client.admin();
  await admin.connect();
  // One replica a partition: both lie on node 1.
  const replicaAssignment = [STAYS, MOVES].map((partition) => ({ partition, replicas: [1] }));
  await admin.createTopics({ topics: [{ topic: TOPIC, replicaAssignment }], waitForLeaders: false });
  await until(async () => (await leaders()).every((each) => each === 1), { limitMs: 30_000 });
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 20 } });
  await producer.connect();
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const partition of [STAYS, MOVES]) {
      const messages = Array.from({ length: RECORDS_A_BATCH }, () => ({
        partition,
        value: "x".repeat(1_000),
      }));
      await producer.send({ topic: TOPIC, messages });
    }
  }
  await producer.disconnect();
}, 120_000);

afterAll(async () => {
  await admin.disconnect();
  await nodes.stop();
  await rm(dir, { recursive: true, force: true });
});

async function leaders(): Promise<number[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
  const partitions = topics[0]?.partitions ?? [];
  if (partitions.length < 2) throw new Error("the topic is not there yet");
  return partitions.toSorted((a, b) => a.partitionId - b.partitionId).map((each) => each.leader);
}

test("a partition whose leader moves in mid-scan is read on from the new one, each record once", async () => {
  const links = scanLinks(nodes.brokers);
  const isolation = "read_committed";
  const signal = AbortSignal.timeout(50_000);
  const asked = {
    topics: [TOPIC],
    partitions: null,
    start: { kind: "oldest" },
    end: { kind: "end" },
  } as const;
  const { partitions } = await resolveOffsets(links, { ...asked, isolation }, signal);
  const offsets: number[][] = [[], []];
  let moved = false;
  const outcomes = await readPartitions(links, partitions, {
    ...{ isolation, signal, partitionBytes: 16 * 1024 },
    async onBatch({ partition, records }) {
      for (const { offset } of records) offsets[partition]?.push(Number(offset));
      if (partition !== MOVES || moved || (offsets[MOVES] ?? []).length < 40) return undefined;
      moved = true;
      const partitionAssignment = [{ partition: MOVES, replicas: [2] }];
      await admin.alterPartitionReassignments({ topics: [{ topic: TOPIC, partitionAssignment }] });
      await until(async () => (await leaders())[MOVES] === 2, { limitMs: 30_000, what: "the new leader" });
      return undefined;
    },
  });
  const all = Array.from({ length: BATCHES * RECORDS_A_BATCH }, (_, n) => n);
  expect(moved).toBe(true);
  expect(offsets).toEqual([all, all]);
  expect(outcomes.map(({ done, failures }) => [done, failures])).toEqual([
    [true, []],
    [true, []],
  ]);
});
