import { Kafka, logLevel, type Message } from "kafkajs";
import { kitHeaders } from "./shape.ts";
import { DLT, KEYS, PARTITIONS, RECORD_BYTES, SOURCE } from "./shape.ts";

/** So many records a request. */
const BATCH = 2_000;

/** load makes the topics and writes `count` dead letters of the kit, spread over partitions and keys. */
export async function load(brokers: string, count: number): Promise<void> {
  const kafka = new Kafka({
    clientId: "bench-load",
    brokers: brokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [SOURCE, DLT].map((topic) => ({ topic, numPartitions: PARTITIONS })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let from = 0; from < count; from += BATCH) {
    const messages = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => messageOf(from + n));
    await producer.send({ topic: DLT, messages });
  }
  await producer.disconnect();
}

function messageOf(n: number): Message {
  const key = `order-${n % KEYS}`;
  const headers = kitHeaders(n);
  const headerBytes = Object.entries(headers).reduce(
    (sum, [name, text]) => sum + name.length + text.length,
    0,
  );
  const filler = "x".repeat(Math.max(0, RECORD_BYTES - headerBytes - key.length - 20));
  return { partition: n % PARTITIONS, key, value: JSON.stringify({ order: n, filler }), headers };
}
