import type { Kafka } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsumer, handle } from "#kit/consumer.ts";
import { FatalError } from "#kit/error-class.ts";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { MissingKeyError } from "#kit/key.ts";
import { causedBy, type Message } from "#kit/message.ts";
import { partitionFor } from "#kit/partition.ts";
import { createProducer, type EventProducer } from "#kit/producer.ts";
import { PublishError } from "#kit/publish-error.ts";
import { ensureTopics } from "#kit/topics.ts";
import { runKafkaTool } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import {
  freshGroup,
  freshTopic,
  kitKafka,
  readTopic,
  recordCount,
  testLog,
  untilCaughtUp,
} from "./kit-harness.ts";

type Order = { id: string };

let kafka: Kafka;
let producer: EventProducer;

beforeAll(async () => {
  kafka = kitKafka();
  producer = createProducer({ kafka, service: "orders", log: testLog });
  await producer.connect();
});
afterAll(() => producer.disconnect());

async function prepared(group?: string, partitions = 6): Promise<EventDefinition<Order>> {
  const event = defineEvent({ topic: freshTopic(), parse: (value) => value as Order, partitions });
  const admin = kafka.admin();
  await admin.connect();
  const consumers = group === undefined ? [] : [{ group, events: [event] }];
  await ensureTopics({ admin, events: [event], consumers });
  await admin.disconnect();
  return event;
}

/** What Kafka's own console consumer prints of a topic: one line a record. */
async function asJavaReads(topic: string, count: number): Promise<string[]> {
  const shown = ["print.partition", "print.offset", "print.headers", "print.key", "print.value"];
  const output = await runKafkaTool("org.apache.kafka.tools.consumer.ConsoleConsumer", [
    ...["--bootstrap-server", testStack().kafkaBrokers, "--topic", topic, "--from-beginning"],
    ...["--max-messages", String(count), "--timeout-ms", "30000"],
    ...shown.flatMap((name) => ["--formatter-property", `${name}=true`]),
  ]);
  return output.trim().split("\n");
}

describe("the producer", () => {
  it("places keys where Java's partitioner does and says where each record landed", async () => {
    const event = await prepared();
    const keys = Array.from({ length: 60 }, (_, n) => `ключ-${n}`);
    const published = await producer.publishBatch(keys.map((key) => ({ event, key, payload: { id: key } })));
    const records = await readTopic(kafka, event.topic, 60);
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(6);
    published.forEach(({ partition, offset, eventId }, index) => {
      expect(partition).toBe(partitionFor(keys[index]!, 6));
      const record = records.find((one) => one.partition === partition && one.offset === BigInt(offset));
      expect(record).toMatchObject({ key: keys[index], headers: { "event-id": eventId } });
    });
  });

  it("writes bytes and headers that Kafka's own Java client reads back, dead letter included", async () => {
    const group = freshGroup();
    const event = await prepared(group, 1);
    const { eventId } = await producer.publish({
      event,
      key: "zażółć",
      payload: { id: "gęś 🦢" },
      occurredAt: Date.UTC(2026, 10, 22, 12, 0, 0, 7),
      correlationId: "c-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    const handler = handle(event, () => {
      throw new FatalError("żaden");
    });
    const consumer = createConsumer({ kafka, service: "payments", group, log: testLog, handlers: [handler] });
    await consumer.start();
    await untilCaughtUp(kafka, group, event.topic);
    await consumer.stop();
    const source = await asJavaReads(event.topic, 1);
    const letter = await asJavaReads(`${event.topic}.dlt`, 1);
    const own = [
      `event-id:${eventId}`,
      `event-type:${event.topic}`,
      "occurred-at:2026-11-22T12:00:00.007Z",
      "correlation-id:c-1",
      "producer:orders",
      "traceparent:00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ];
    expect(source).toEqual([`Partition:0\tOffset:0\t${own.join(",")}\tzażółć\t{"id":"gęś 🦢"}`]);
    expect(letter.join("\n")).toContain(
      `Partition:0\tOffset:0\t${own.join(",")},dlt-topic:${event.topic},dlt-partition:0,dlt-offset:0,dlt-timestamp:`,
    );
    expect(letter.join("\n")).toContain(
      `,dlt-from:${event.topic}:0:0,dlt-group:${group},dlt-attempts:1,dlt-exception:FatalError,dlt-cause:FatalError,dlt-message:żaden,dlt-stack:`,
    );
    expect(letter.at(-1)).toMatch(/,dlt-failed-at:2\d{3}-\S+Z\tzażółć\t\{"id":"gęś 🦢"\}$/);
  }, 150_000);

  it("refuses a keyed event without a key before anything is sent", async () => {
    const event = await prepared();
    await expect(producer.publish({ event, key: null, payload: { id: "1" } })).rejects.toThrow(
      MissingKeyError,
    );
    const batch = [
      { event, key: "k", payload: { id: "1" } },
      { event, key: "", payload: { id: "2" } },
    ];
    await expect(producer.publishBatch(batch)).rejects.toThrow(MissingKeyError);
    expect(await recordCount(kafka, event.topic)).toBe(0);
  });

  it("surfaces a refusal to the one who asked; the others of the same batch are written", async () => {
    const event = await prepared();
    const results = await Promise.allSettled([
      producer.publish({ event, key: "a", payload: { id: "a" } }),
      producer.publish({ event, key: "b", payload: { id: "x".repeat(1_500_000) } }),
      producer.publish({ event, key: "c", payload: { id: "c" } }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
      name: "PublishError",
      code: "MESSAGE_TOO_LARGE",
      refused: true,
      topic: event.topic,
    });
    const records = await readTopic(kafka, event.topic, 2);
    expect(new Set(records.map(({ key }) => key))).toEqual(new Set(["a", "c"]));
    // The producer after a refusal is a new one: its records are stored, not answered from old sequence numbers.
    const later = await producer.publishBatch(
      Array.from({ length: 20 }, (_, n) => ({ event, key: `l${n}`, payload: { id: `l${n}` } })),
    );
    expect(new Set(later.map(({ partition, offset }) => `${partition}:${offset}`)).size).toBe(20);
    const all = await readTopic(kafka, event.topic, 22);
    expect(all.filter(({ key }) => key?.startsWith("l"))).toHaveLength(20);
  });

  it("says within seconds that a topic does not exist, and makes none", async () => {
    const event = defineEvent({ topic: freshTopic(), parse: (value) => value });
    const startedAt = Date.now();
    await expect(producer.publish({ event, key: "k", payload: {} })).rejects.toThrow(PublishError);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain(event.topic);
    await admin.disconnect();
  });

  it("carries correlation and cause from a message to what its handler publishes", async () => {
    const group = freshGroup();
    const event = await prepared(group, 1);
    const next = await prepared(undefined, 1);
    const seen: Message<Order>[] = [];
    const handler = handle(event, async (message) => {
      seen.push(message);
      await producer.publish({
        event: next,
        key: message.key,
        payload: message.payload,
        ...causedBy(message),
      });
    });
    const first = await producer.publish({ event, key: "k", payload: { id: "1" } });
    const consumer = createConsumer({ kafka, service: "payments", group, log: testLog, handlers: [handler] });
    await consumer.start();
    const [record] = await readTopic(kafka, next.topic, 1);
    await consumer.stop();
    expect(record!.headers).toMatchObject({ "correlation-id": first.eventId, "causation-id": first.eventId });
    expect(seen[0]).toMatchObject({
      eventId: first.eventId,
      attempt: 1,
      key: "k",
      producer: "orders",
      offset: 0n,
    });
  });
});
