import { Partitioners, type Message } from "kafkajs";
import { expect, test } from "vitest";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type {
  PartitionOutcome,
  PartitionPlan,
  ScanHandlers,
  ScanOptions,
} from "#lib/adapters/kafka/scan/types.ts";
import { createTopics, testKafka, topicPrefix, untilEnd } from "#test/support/kafka.ts";
import { closeLinksAfterEach, deleteBelow, scanAll, scanLinks } from "./open-scan-links.ts";

closeLinksAfterEach();
const prefix = topicPrefix();
/** What "ends at once" may take: no wait for records that will not come. */
const AT_ONCE_MS = 2_000;

const createPartitioner = Partitioners.DefaultPartitioner;

/** Sends each batch as one produce request to partition 0, or to the messages' own. */
async function send(topic: string, ...batches: Message[][]): Promise<void> {
  const producer = testKafka().producer({ createPartitioner, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (const messages of batches)
    await producer.send({ topic, messages: messages.map((each) => ({ partition: 0, ...each })) });
  await producer.disconnect();
}

const numbered = (count: number, from = 0): Message[] =>
  Array.from({ length: count }, (_, n) => ({ key: `k${from + n}`, value: `value ${from + n}` }));

async function topicOf(name: string, numPartitions = 1): Promise<string> {
  const topic = `${prefix}.${name}`;
  await createTopics([{ topic, numPartitions }]);
  return topic;
}

/** Reads a topic's partition 0 as `change` says; values as text. */
async function read(
  topic: string,
  change: Partial<PartitionPlan> = {},
  scan: Partial<ScanHandlers & ScanOptions> = {},
): Promise<{ values: string[]; outcome: PartitionOutcome | undefined; tookMs: number }> {
  const links = scanLinks();
  const isolation = scan.isolation ?? "read_committed";
  const signal = scan.signal ?? AbortSignal.timeout(30_000);
  const start = { kind: "oldest" } as const;
  const asked = { topics: [topic], partitions: [0], start, end: { kind: "end" }, isolation } as const;
  const { partitions } = await resolveOffsets(links, asked, signal);
  const startedAt = performance.now();
  const values: string[] = [];
  const plan = partitions.map((each) => ({ ...each, ...change }));
  const [outcome] = await readPartitions(links, plan, {
    onBatch({ records }) {
      for (const { value } of records) values.push(value?.toString() ?? "null");
      return undefined;
    },
    ...scan,
    ...{ isolation, signal },
  });
  return { values, outcome, tookMs: performance.now() - startedAt };
}

test("reads what was written, by partition and in order, with an empty partition beside", async () => {
  const topic = await topicOf("plain", 3);
  const of = (partition: number): Message[] => numbered(50).map((each) => ({ ...each, partition }));
  await send(topic, of(0), of(2), of(0));
  const { records, outcomes } = await scanAll(scanLinks(), { topics: [topic] });
  const offsets = (partition: number): number[] =>
    (records.get(`${topic} ${partition}`) ?? []).map((each) => Number(each.offset));
  expect(offsets(0)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(offsets(1)).toEqual([]);
  expect(offsets(2)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  expect(outcomes.map(({ done, records: count, nextOffset }) => [done, count, nextOffset])).toEqual([
    [true, 100, 100n],
    [true, 0, 0n],
    [true, 50, 50n],
  ]);
});

test("cuts the records of the first and the last batch to the plan's offsets", async () => {
  const topic = await topicOf("cut");
  await send(topic, numbered(10), numbered(10, 10), numbered(10, 20));
  const { values, outcome } = await read(topic, { fromOffset: 7n, toOffset: 23n });
  expect(values).toEqual(numbered(16, 7).map((each) => each.value));
  expect(outcome).toMatchObject({ done: true, nextOffset: 23n, records: 16, failures: [] });
});

test("a batch that holds nothing looked for is passed over, and its records count as read", async () => {
  const topic = await topicOf("prefilter");
  await send(topic, numbered(10), [{ key: "k", value: "the needle" }], numbered(10, 10));
  const { values, outcome } = await read(topic, {}, { mayMatch: (bytes) => bytes.includes("needle") });
  expect(values).toEqual(["the needle"]);
  expect(outcome).toMatchObject({ done: true, records: 21, nextOffset: 21n });
});

test("stop ends the scan behind the batch; a scan from its position goes on with the next record", async () => {
  const topic = await topicOf("stop");
  await send(topic, numbered(10), numbered(10, 10), numbered(10, 20));
  const first = await read(
    topic,
    {},
    { onBatch: ({ firstOffset }) => (firstOffset === 10n ? "stop" : undefined) },
  );
  expect(first.outcome).toMatchObject({ done: false, nextOffset: 20n, records: 20 });
  const rest = await read(topic, { fromOffset: first.outcome?.nextOffset ?? 0n });
  expect(rest.values).toEqual(numbered(10, 20).map((each) => each.value));
});

test("a slow handler is never called twice at once, and its error ends the scan", async () => {
  const topic = await topicOf("slow", 4);
  await send(topic, ...[0, 1, 2, 3].map((partition) => numbered(5).map((each) => ({ ...each, partition }))));
  let [running, most] = [0, 0];
  const links = scanLinks();
  const asked = {
    topics: [topic],
    partitions: null,
    start: { kind: "oldest" },
    end: { kind: "end" },
  } as const;
  const isolation = "read_uncommitted";
  const signal = AbortSignal.timeout(20_000);
  const { partitions } = await resolveOffsets(links, { ...asked, isolation }, signal);
  const onBatch = async (): Promise<undefined> => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
  };
  await readPartitions(links, partitions, { isolation, signal, onBatch });
  expect(most).toBe(1);
  const failing = readPartitions(links, partitions, {
    ...{ isolation, signal },
    onBatch: () => Promise.reject(new Error("disk full")),
  });
  await expect(failing).rejects.toThrow("disk full");
});

test("an abort ends the scan with the signal's reason", async () => {
  const topic = await topicOf("abort");
  await send(topic, numbered(10), numbered(10, 10));
  const controller = new AbortController();
  const scan = read(
    topic,
    {},
    {
      signal: controller.signal,
      onBatch: () => {
        controller.abort(new Error("cancelled by hand"));
        return undefined;
      },
    },
  );
  await expect(scan).rejects.toThrow("cancelled by hand");
});

test("a start below the log's goes on from there, and says what is gone", async () => {
  const topic = await topicOf("retention");
  await send(topic, numbered(10), numbered(10, 10));
  await deleteBelow(topic, 12n);
  const { values, outcome } = await read(topic, { fromOffset: 3n });
  expect(values).toEqual(numbered(8, 12).map((each) => each.value));
  expect(outcome?.done).toBe(true);
  expect(outcome?.failures).toMatchObject([{ kind: "retention", fromOffset: 3n, toOffset: 12n }]);
  expect(outcome?.failures[0]?.reason).toContain(`${topic} 0, offset 3: the log now starts at 12`);
});

test.each([
  { name: "offsets just behind the end", fromOffset: 0n },
  { name: "offsets far behind the end", fromOffset: 500n },
])("a log that ends early ends the scan at once: $name", async ({ name, fromOffset }) => {
  const topic = await topicOf(`truncated-${name.length}`);
  await send(topic, numbered(10));
  const { values, outcome, tookMs } = await read(topic, { fromOffset, toOffset: 1_000n });
  expect(values).toHaveLength(fromOffset === 0n ? 10 : 0);
  expect(outcome?.failures).toMatchObject([{ kind: "truncated", toOffset: 1_000n }]);
  expect(outcome?.done).toBe(true);
  expect(tookMs).toBeLessThan(AT_ONCE_MS);
});

test("a tail of aborted records and markers ends at once; an open transaction is not waited for", async () => {
  const topic = await topicOf("transactions");
  await send(topic, numbered(3));
  const producer = testKafka().producer({
    ...{ createPartitioner, transactionalId: `${prefix}-tx`, idempotent: true, maxInFlightRequests: 1 },
    retry: { initialRetryTime: 20, retries: 40 },
  });
  await producer.connect();
  const messages = numbered(5, 100).map((each) => ({ ...each, partition: 0 }));
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages });
  await aborted.abort();
  await untilEnd(topic, 9);
  const tail = await read(topic);
  expect(tail.values).toHaveLength(3);
  expect(tail.outcome).toMatchObject({ done: true, nextOffset: 9n, toOffset: 9n, failures: [] });
  expect(tail.tookMs).toBeLessThan(AT_ONCE_MS);

  const open = await producer.transaction();
  await open.send({ topic, messages });
  const held = await read(topic, { toOffset: 14n });
  expect(held.values).toHaveLength(3);
  expect(held.outcome?.failures[0]?.reason).toContain("an open transaction holds back");
  expect(held.tookMs).toBeLessThan(AT_ONCE_MS);
  expect((await read(topic, {}, { isolation: "read_uncommitted" })).values).toHaveLength(13);
  await open.commit();
  await untilEnd(topic, 15);
  expect((await read(topic)).values).toHaveLength(8);
  await producer.disconnect();
});

test("a topic that was made anew, and one that is deleted, are gone", async () => {
  const topic = await topicOf("anew");
  await send(topic, numbered(3));
  const other = await read(topic, { topicId: "11111111-2222-4333-8444-555555555555" });
  expect(other.values).toEqual([]);
  expect(other.outcome?.done).toBe(false);
  expect(other.outcome?.failures).toMatchObject([{ kind: "gone", fromOffset: 0n, toOffset: 3n }]);
  const missing = await read(topic, { topic: `${topic}.missing` });
  expect(missing.outcome?.failures[0]?.reason).toContain("the topic is not there");
});

test("a partition that nobody leads is given up after its patience, and the others are read", async () => {
  const topic = await topicOf("leaderless");
  await send(topic, numbered(3));
  const { outcome, tookMs } = await read(topic, { partition: 7 }, { patienceMs: 500 });
  expect(outcome?.failures).toMatchObject([{ kind: "unreachable" }]);
  expect(outcome?.failures[0]?.reason).toContain("it has no leader");
  expect(tookMs).toBeLessThan(AT_ONCE_MS);
});

test("a record of 3 MB, larger than what one partition is asked for, is read whole", async () => {
  const topic = `${prefix}.large`;
  await createTopics([{ topic, configEntries: [{ name: "max.message.bytes", value: "4000000" }] }]);
  const large = "x".repeat(3_000_000);
  await send(topic, numbered(1), [{ key: "k", value: large }], numbered(1, 1));
  const { values } = await read(topic, {}, { partitionBytes: 16 * 1024 });
  expect(values.map((each) => each.length)).toEqual([7, 3_000_000, 7]);
});
