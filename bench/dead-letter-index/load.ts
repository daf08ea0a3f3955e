import { Kafka, logLevel, type Message } from "kafkajs";
import { fillerOf } from "../rounds.ts";
import { DLT, KEYS, kitHeaders, PARTITIONS, RECORD_BYTES, SOURCE } from "./shape.ts";

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
  const filler = fillerOf(RECORD_BYTES, key, headers);
  return { partition: n % PARTITIONS, key, value: JSON.stringify({ order: n, filler }), headers };
}
