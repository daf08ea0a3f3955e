import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompressionTypes, Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { installCodecs } from "#kit/codecs.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { until } from "#test/support/until.ts";
import { closeLinksAfterEach, scanAll, scanLinks } from "./open-scan-links.ts";

closeLinksAfterEach();
const CACHE = join(import.meta.dirname, "..", "..", "..", "..", "..", ".cache");
const BATCHES = 12;
const RECORDS_A_BATCH = 10;
/** Large enough that each batch has an entry of its own in the broker's index. */
const VALUE_BYTES = 2_000;
const TOPICS = ["payload", "count", "flags", "length-small", "length-huge", "lz4", "whole"] as const;
type Topic = (typeof TOPICS)[number];

let dir = "";
let kafka: KafkaHandle;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-edited-"));
  kafka = await startKafka({ dir: join(dir, "kafka"), cacheDir: CACHE, heapMb: 256 });
  await write();
  await kafka.stop();
  // The sixth batch, whose first offset is 50, is broken in each topic.
  const at = 5;
  await edit("payload", at, (batch) => batch.writeUInt8((batch[500] ?? 0) ^ 0x10, 500));
  await edit("count", at, (batch) => batch.writeInt32BE(3, 57));
  // A data batch that now says that it is a marker.
  await edit("flags", at, (batch) => batch.writeInt16BE(batch.readInt16BE(21) | 0x20, 21));
  await edit("length-small", at, (batch) => batch.writeInt32BE(20, 8));
  await edit("length-huge", at, (batch) => batch.writeInt32BE(1 << 30, 8));
  await edit("lz4", at, (batch) => batch.fill(0xff, 90, 140));
  await kafka.start();
}, 120_000);

afterAll(async () => {
  await kafka.stop();
  await rm(dir, { recursive: true, force: true });
});

async function write(): Promise<void> {
  installCodecs();
  const client = new Kafka({
    clientId: "test",
    brokers: kafka.brokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({
    topics: TOPICS.map((topic) => ({ topic, numPartitions: 1 })),
    waitForLeaders: false,
  });
  await until(async () => (await admin.listTopics()).length >= TOPICS.length, { limitMs: 20_000 });
  await admin.disconnect();
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 20 } });
  await producer.connect();
  for (const topic of TOPICS) {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const messages = Array.from({ length: RECORDS_A_BATCH }, (_, n) => ({
        value: `${batch * RECORDS_A_BATCH + n} `.repeat(VALUE_BYTES / 4),
      }));
      const compression = topic === "lz4" ? CompressionTypes.LZ4 : CompressionTypes.None;
      await producer.send({ topic, messages, compression });
    }
  }
  await producer.disconnect();
}

/** Edits one batch of a topic's segment in place, under the stopped broker. */
async function edit(topic: Topic, index: number, change: (batch: Buffer) => unknown): Promise<void> {
  const file = join(dir, "kafka", "data", `${topic}-0`, "00000000000000000000.log");
  const bytes = await readFile(file);
  let at = 0;
  for (let n = 0; n < index; n += 1) at += 12 + bytes.readInt32BE(at + 8);
  const length = 12 + bytes.readInt32BE(at + 8);
  change(bytes.subarray(at, at + length));
  await writeFile(file, bytes);
}

const offsetsOf = (records: readonly RecordView[] | undefined): number[] =>
  (records ?? []).map((each) => Number(each.offset));
const all = Array.from({ length: BATCHES * RECORDS_A_BATCH }, (_, n) => n);

test.each<{ topic: Topic; checkCrc: boolean; reason: RegExp }>([
  { topic: "payload", checkCrc: true, reason: /the batch of offsets 50 to 59 cannot be read: its checksum/ },
  { topic: "count", checkCrc: true, reason: /the batch of offsets 50 to 59 cannot be read: its checksum/ },
  { topic: "flags", checkCrc: true, reason: /the batch of offsets 50 to 59 cannot be read: its checksum/ },
  { topic: "lz4", checkCrc: true, reason: /the batch of offsets 50 to 59 cannot be read: its checksum/ },
  { topic: "lz4", checkCrc: false, reason: /offset 50: .* its lz4 compression is broken/ },
  { topic: "length-small", checkCrc: true, reason: /offset 50: / },
  { topic: "length-huge", checkCrc: true, reason: /offset 50: / },
])(
  "a batch with an edited $topic (CRC $checkCrc) is named by its offset, and the scan goes on behind it",
  async ({ topic, checkCrc, reason }) => {
    const { records, outcomes } = await scanAll(
      scanLinks(kafka.brokers),
      { topics: [topic] },
      { checkCrc, patienceMs: 1_000 },
    );
    expect(offsetsOf(records.get(`${topic} 0`))).toEqual(all.filter((offset) => offset < 50 || offset > 59));
    const [outcome] = outcomes;
    expect(outcome?.done).toBe(true);
    expect(outcome?.failures).toMatchObject([{ kind: "unreadable", fromOffset: 50n, toOffset: 60n }]);
    expect(outcome?.failures[0]?.reason).toMatch(reason);
    expect(outcome?.failures[0]?.reason).toContain(`topic ${topic} 0, offset 50`);
  },
);

test("a record that is torn in an unchecked batch is named, and those before it stand", async () => {
  const { records, outcomes } = await scanAll(
    scanLinks(kafka.brokers),
    { topics: ["count"] },
    { checkCrc: false },
  );
  expect(offsetsOf(records.get("count 0")).filter((offset) => offset >= 50 && offset < 60)).toEqual([
    50, 51, 52,
  ]);
  expect(outcomes[0]?.failures).toMatchObject([{ kind: "unreadable", fromOffset: 53n, toOffset: 60n }]);
});

test("a broker that is restarted in mid-scan is waited for; each record is given once and in order", async () => {
  const links = scanLinks(kafka.brokers);
  const restarts: Promise<void>[] = [];
  const offsets: number[] = [];
  const signal = AbortSignal.timeout(50_000);
  const start = { kind: "oldest" } as const;
  const asked = {
    topics: ["whole"],
    partitions: null,
    start,
    end: { kind: "end" },
    isolation: "read_committed",
  } as const;
  const { partitions } = await resolveOffsets(links, asked, signal);
  const [outcome] = await readPartitions(links, partitions, {
    ...{ isolation: "read_committed", signal, partitionBytes: 16 * 1024, patienceMs: 40_000 },
    async onBatch({ records }) {
      offsets.push(...offsetsOf([...records]));
      if (offsets.length === 30) {
        await kafka.stop();
        restarts.push(kafka.start());
      }
      return undefined;
    },
  });
  await Promise.all(restarts);
  expect(offsets).toEqual(all);
  expect(outcome).toMatchObject({ done: true, failures: [] });
});
