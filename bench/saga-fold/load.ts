import { Kafka, logLevel, type Message } from "kafkajs";
import { topicsOf } from "#lib/domain/sagas/choreography.ts";
import { fillerOf } from "../rounds.ts";
import { eventOf, EVENTS_EACH, MAP, PARTITIONS, RECORD_BYTES } from "./shape.ts";

/** Instances that are open at once: their events lie side by side. */
const OPEN = 500;

/** load makes the topics and writes the events of `instances` instances, as they would come in time. */
export async function load(brokers: string, instances: number): Promise<void> {
  const kafka = new Kafka({
    clientId: "bench-load",
    brokers: brokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: topicsOf(MAP).map((topic) => ({ topic, numPartitions: PARTITIONS })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const startAt = Date.now() - 3_600_000;
  for (let from = 0; from < instances; from += OPEN) {
    const byTopic = new Map<string, Message[]>();
    for (let nth = 0; nth < EVENTS_EACH; nth += 1)
      for (let instance = from; instance < Math.min(from + OPEN, instances); instance += 1) {
        const { topic, headers } = eventOf(instance, nth, startAt + instance * 10 + nth * 900);
        byTopic.set(topic, [...(byTopic.get(topic) ?? []), messageOf(instance, headers)]);
      }
    await producer.sendBatch({
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
  }
  await producer.disconnect();
}

function messageOf(instance: number, headers: Record<string, string>): Message {
  const key = `order-${instance}`;
  const filler = fillerOf(RECORD_BYTES, key, headers);
  return {
    partition: instance % PARTITIONS,
    key,
    value: JSON.stringify({ order: instance, filler }),
    headers,
  };
}
