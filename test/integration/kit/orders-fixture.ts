import type { Kafka } from "kafkajs";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createConsumer, type EventConsumer, type Handler } from "#kit/consumer.ts";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { createProducer, type EventProducer } from "#kit/producer.ts";
import { ensureTopics } from "#kit/topics.ts";
import { freshGroup, freshTopic, kitKafka, testLog } from "./kit-harness.ts";

/** The event the consumer's tests speak of. */
export interface Order {
  orderId: string;
  amount: number;
}

/** Refuses what is not an order. */
export function parseOrder(value: unknown): Order {
  const order = value as Partial<Order> | null;
  if (typeof order?.orderId !== "string" || typeof order.amount !== "number")
    throw new TypeError("not an order");
  return { orderId: order.orderId, amount: order.amount };
}

/** What a file of consumer tests shares: a client, a producer, and consumers that are stopped after each test. */
export interface OrdersFixture {
  readonly kafka: Kafka;
  readonly producer: EventProducer;
  /** A new event and a new group, their topics made. */
  prepared(partitions?: number): Promise<{ event: EventDefinition<Order>; group: string }>;
  /** Starts the group with one handler. */
  started(group: string, handler: Handler): Promise<EventConsumer>;
  /** Writes records as a foreign producer would. */
  writeRaw(topic: string, messages: RawMessage[]): Promise<void>;
}

type RawMessage = { key: string; value: string; headers?: Record<string, string> };

/** Registers the hooks; call it once at the top of a file. */
export function ordersFixture(): OrdersFixture {
  const kafka = kitKafka();
  const producer = createProducer({ kafka, service: "orders", log: testLog });
  let consumers: EventConsumer[] = [];
  beforeAll(() => producer.connect());
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    consumers = [];
  });
  afterAll(() => producer.disconnect());
  return {
    kafka,
    producer,
    prepared: async (partitions = 3) => {
      const event = defineEvent({ topic: freshTopic(), parse: parseOrder, partitions });
      const group = freshGroup();
      const admin = kafka.admin();
      await admin.connect();
      await ensureTopics({ admin, events: [event], consumers: [{ group, events: [event] }] });
      await admin.disconnect();
      return { event, group };
    },
    started: async (group, handler) => {
      const consumer = createConsumer({
        kafka,
        service: "payments",
        group,
        log: testLog,
        handlers: [handler],
      });
      consumers.push(consumer);
      await consumer.start();
      return consumer;
    },
    writeRaw: async (topic, messages) => {
      const raw = kafka.producer();
      await raw.connect();
      await raw.send({ topic, messages });
      await raw.disconnect();
    },
  };
}
