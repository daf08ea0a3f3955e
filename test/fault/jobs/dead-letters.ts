import type { Message } from "kafkajs";
import { until } from "#test/support/until.ts";
import { writeRecords, type WrittenRecord } from "#test/support/java-audit/java-audit.ts";
import { withAdmin, type JobServers } from "./servers.ts";

/** The topics of one round, all of six partitions. */
export interface RoundTopics {
  base: string;
  dlt: string;
  wayIn: string;
}

/** GROUP is the group that failed; READER reads its own way in. */
export const GROUP = "billing";
export const READER = "billing-redrive";
export const PARTITIONS = 6;

/** topicsOf names the topics of a round; `prefix` is letters and digits. */
export function topicsOf(prefix: string): RoundTopics {
  const base = `${prefix}.order.placed`;
  return { base, dlt: `${base}.dlt`, wayIn: `${base}.redrive.${GROUP}` };
}

/** Room for a header of a million bytes. */
const LARGE = [{ name: "max.message.bytes", value: "4000000" }];

/** makeTopics makes the round's topics and waits until their leaders answer. */
export async function makeTopics(servers: JobServers, topics: RoundTopics): Promise<void> {
  await makeTopicsNamed(servers, Object.values(topics) as string[]);
}

/** makeTopicsNamed makes topics of {@link PARTITIONS} partitions and waits until their leaders answer. */
export async function makeTopicsNamed(servers: JobServers, names: readonly string[]): Promise<void> {
  await withAdmin(servers, async (admin) => {
    await admin.createTopics({
      topics: names.map((topic) => ({ topic, numPartitions: PARTITIONS, configEntries: LARGE })),
      waitForLeaders: false,
    });
    await until(() => Promise.all(names.map((topic) => admin.fetchTopicOffsets(topic))), {
      ...{ limitMs: 20_000, what: "leaders of new topics" },
    });
  });
}

/**
 * writeDeadLetters writes so many dead letters, each with a value of its own, over all partitions. Their first offsets
 * are not in the order of the dead letters: a plan by origin sends them in another order than they lie. `from` is the
 * number of the first one.
 */
export async function writeDeadLetters(
  servers: Pick<JobServers, "client">,
  { base, dlt }: RoundTopics,
  count: number,
  from = 0,
): Promise<void> {
  await writeNumbered(servers, { topic: dlt, count }, (n) => letter(base, from + n));
}

/** LARGE_EVERY: so many dead letters of {@link writeLarge} there are to one that is large, of {@link LARGE_BYTES}. */
const LARGE_EVERY = 40;
export const LARGE_BYTES = 30_000;

/** isLarge tells whether the nth of a topic's letters is a large one. */
const isLarge = (n: number): boolean => n % LARGE_EVERY === LARGE_EVERY - 1;

/** writeLarge is writeDeadLetters with large ones among them. */
export async function writeLarge(
  servers: Pick<JobServers, "client">,
  { base, dlt }: RoundTopics,
  count: number,
): Promise<void> {
  await writeNumbered(servers, { topic: dlt, count }, (n) => {
    const made = letter(base, n);
    return isLarge(n) ? { ...made, value: `${String(made.value)} `.padEnd(LARGE_BYTES, ".") } : made;
  });
}

/** writeHistory writes so many events, each with a value of its own, into the base topic. */
export async function writeHistory(
  servers: Pick<JobServers, "client">,
  { base }: RoundTopics,
  count: number,
): Promise<void> {
  await writeNumbered(servers, { topic: base, count }, (n) => {
    const { partition, key, value } = letter(base, n);
    const headers = { "event-id": `event-${n}`, "event-type": base, "x-tenant": ["a", "b"] };
    return { partition: partition ?? 0, key: key ?? null, value, headers };
  });
}

async function writeNumbered(
  { client }: Pick<JobServers, "client">,
  { topic, count }: { topic: string; count: number },
  make: (n: number) => Message,
): Promise<void> {
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  try {
    for (let from = 0; from < count; from += 1_000) {
      const messages = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => make(from + n));
      await producer.send({ topic, messages });
    }
  } finally {
    await producer.disconnect();
  }
}

function letter(base: string, n: number): Message {
  const partition = n % PARTITIONS;
  return {
    ...{ partition, key: n % 97 === 96 ? null : `order-${n % 500}` },
    value: JSON.stringify({ order: `order-${n % 500}`, n, note: `dead letter ${n} `.padEnd(200, ".") }),
    headers: {
      "event-id": `event-${n}`,
      "event-type": base,
      "x-tenant": ["a", "b"],
      ...failure(base, partition, Math.floor(n / PARTITIONS) ^ 3),
    },
  };
}

const failure = (base: string, partition: number, offset: number) => ({
  "dlt-topic": base,
  "dlt-partition": String(partition),
  "dlt-offset": String(offset),
  "dlt-timestamp": "1700000000000",
  "dlt-from": `${base}:${partition}:${offset}`,
  "dlt-group": GROUP,
  "dlt-attempts": "3",
  "dlt-exception": "BrokenOrderError",
  "dlt-cause": "BrokenOrderError",
  "dlt-message": "An order has at least one line",
  "dlt-failed-at": "2026-11-22T10:00:00.000Z",
});

/** Origins of the hostile ones lie behind all others. */
const HOSTILE_FROM = 1_000_000;
const ODD = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a]);

/** HOSTILE is how many records {@link writeHostile} writes. */
export const HOSTILE = 11;

/**
 * writeHostile writes dead letters by Kafka's own producer: null key, tombstone, null header value, repeated names,
 * `constructor`, `__proto__`, bytes that are not UTF-8, a header of 1 MB, every codec.
 */
export async function writeHostile(
  { java }: Pick<JobServers, "java">,
  { base, dlt }: RoundTopics,
): Promise<void> {
  const text = (words: string): Buffer => Buffer.from(words);
  const bodies: Omit<WrittenRecord, "topic" | "partition">[] = [
    { key: null, value: text("null key"), headers: [] },
    { key: text("tombstone"), value: null, headers: [] },
    { key: text("null header"), value: text("v"), headers: [["nothing", null]] },
    {
      ...{ key: text("repeated"), value: text("v") },
      headers: [
        ["twice", "1"],
        ["between", ODD],
        ["twice", "2"],
        ["twice", null],
      ],
    },
    {
      key: text("names"),
      value: text("v"),
      headers: [
        ["constructor", "x"],
        ["__proto__", "y"],
        ["toString", null],
      ],
    },
    {
      key: ODD,
      value: ODD,
      headers: [
        ["odd", ODD],
        ["", "no name"],
      ],
    },
    { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [["empty", ""]] },
    {
      key: text("large"),
      value: text("v"),
      codec: "zstd",
      headers: [["large", Buffer.alloc(1_000_000, 0x61)]],
    },
    { key: text("gzip"), value: text("v".repeat(500)), codec: "gzip", headers: [] },
    { key: text("snappy"), value: text("v".repeat(500)), codec: "snappy", headers: [] },
    { key: text("lz4"), value: text("v".repeat(500)), codec: "lz4", headers: [] },
  ];
  const records = bodies.map((body, n) => {
    const partition = n % PARTITIONS;
    const told = Object.entries(failure(base, partition, HOSTILE_FROM + n));
    // The record's own headers on both sides of the failure's.
    const headers: WrittenRecord["headers"] = [...body.headers, ...told, ["event-id", `hostile-${n}`]];
    return { topic: dlt, partition, ...body, headers };
  });
  await writeRecords(java, records);
}
