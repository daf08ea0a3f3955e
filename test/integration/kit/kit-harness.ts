import { randomBytes } from "node:crypto";
import kafkajs, { type Kafka, type KafkaMessage } from "kafkajs";
import { Pool } from "pg";
import { connectKafka } from "#kit/kafka.ts";
import type { KitLog } from "#kit/log.ts";
import { installTables } from "#kit/tables.ts";
import { emptyDatabase } from "#test/support/database.ts";
import { topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";

/** A log that keeps nothing; set KIT_TEST_LOG to see it. */
export const testLog: KitLog = {
  info: write,
  warn: write,
  error: write,
  debug: () => undefined,
};

function write(fields: object, message: string): void {
  if (process.env.KIT_TEST_LOG) process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
}

/** The kit's client of this run's broker. */
export function kitKafka(clientId = "kit-test"): Kafka {
  return connectKafka({ brokers: testStack().kafkaBrokers.split(","), clientId, log: testLog });
}

/** A topic of the convention that no other test uses. */
export function freshTopic(event = "created"): string {
  return `${topicPrefix()}.order.${event}`;
}

/** A group that no other test uses. */
export function freshGroup(name = "payments"): string {
  return `${name}-${randomBytes(4).toString("hex")}`;
}

/** A database with the kit's tables, and a pool on it. */
export async function kitDatabase(): Promise<{ pool: Pool; url: string; drop: () => Promise<void> }> {
  const database = await emptyDatabase();
  const pool = new Pool({ connectionString: database.url, max: 10 });
  pool.on("error", () => undefined);
  await installTables(pool);
  const drop = async (): Promise<void> => {
    await pool.end();
    await database.drop();
  };
  return { pool, url: database.url, drop };
}

/** A record as read back, with its headers as text. */
export interface ReadRecord {
  partition: number;
  offset: bigint;
  timestampAt: number;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
}

function toReadRecord(partition: number, message: KafkaMessage): ReadRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) headers[name] = String(value);
  return {
    partition,
    offset: BigInt(message.offset),
    timestampAt: Number(message.timestamp),
    key: message.key?.toString() ?? null,
    value: message.value?.toString() ?? null,
    headers,
  };
}

/** How many records a topic holds, over its partitions. */
export async function recordCount(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}

/** Waits until a topic holds `count` records and reads exactly those, by partition and offset. */
export async function readTopic(kafka: Kafka, topic: string, count: number): Promise<ReadRecord[]> {
  await until(async () => (await recordCount(kafka, topic)) >= count, {
    limitMs: 30_000,
    what: `${count} records in ${topic}`,
  });
  const total = await recordCount(kafka, topic);
  const records: ReadRecord[] = [];
  const consumer = kafka.consumer({
    groupId: `check-${randomBytes(6).toString("hex")}`,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => {
        records.push(toReadRecord(partition, message));
        return Promise.resolve();
      },
    });
    await until(() => records.length >= total, {
      limitMs: 30_000,
      what: `reading ${total} records of ${topic}`,
    });
  } finally {
    await consumer.disconnect();
  }
  return records.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1));
}

/** The committed offsets of a group on a topic, by partition; -1 where there is none. */
export async function committed(kafka: Kafka, group: string, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]) ?? []);
  } finally {
    await admin.disconnect();
  }
}

/** Waits until a group has committed everything a topic holds. */
export async function untilCaughtUp(kafka: Kafka, group: string, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await until(
      async () => {
        const ends = await admin.fetchTopicOffsets(topic);
        const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        return ends.every(({ partition, high }) => {
          const at = found?.partitions.find((one) => one.partition === partition)?.offset ?? "-1";
          return high === "0" || at === high;
        });
      },
      { limitMs: 30_000, what: `${group} to catch up on ${topic}` },
    );
  } finally {
    await admin.disconnect();
  }
}

/** kafkajs's compression types (the package is CommonJS). */
export const { CompressionTypes } = kafkajs;
