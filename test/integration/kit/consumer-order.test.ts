import type { Kafka } from "kafkajs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createConsumer, handle, type EventConsumer, type Handler } from "#kit/consumer.ts";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { createProducer, type EventProducer } from "#kit/producer.ts";
import { ensureTopics } from "#kit/topics.ts";
import { until } from "#test/support/until.ts";
import { CompressionTypes, freshGroup, freshTopic, kitKafka, testLog, untilCaughtUp } from "./kit-harness.ts";

type Tick = { key: string; n: number };
const parseTick = (value: unknown): Tick => value as Tick;

let kafka: Kafka;
let producer: EventProducer;
let consumers: EventConsumer[] = [];

beforeAll(async () => {
  kafka = kitKafka();
  producer = createProducer({ kafka, service: "orders", log: testLog });
  await producer.connect();
});
afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  consumers = [];
});
afterAll(() => producer.disconnect());

async function prepared(partitions: number): Promise<{ event: EventDefinition<Tick>; group: string }> {
  const event = defineEvent({ topic: freshTopic("ticked"), parse: parseTick, partitions });
  const group = freshGroup();
  const admin = kafka.admin();
  await admin.connect();
  await ensureTopics({ admin, events: [event], consumers: [{ group, events: [event] }] });
  await admin.disconnect();
  return { event, group };
}

async function startGroup(group: string, handler: Handler, concurrency: number): Promise<EventConsumer> {
  const consumer = createConsumer({
    kafka,
    service: "p",
    group,
    log: testLog,
    handlers: [handler],
    concurrency,
  });
  consumers.push(consumer);
  await consumer.start();
  return consumer;
}

async function publishTicks(event: EventDefinition<Tick>, keys: number, each: number): Promise<void> {
  for (let n = 0; n < each; n++) {
    await producer.publishBatch(
      Array.from({ length: keys }, (_, k) => ({ event, key: `k${k}`, payload: { key: `k${k}`, n } })),
    );
  }
}

describe("the consumer's order", () => {
  it("works on many keys of one partition at once and never on two records of a key", async () => {
    const { event, group } = await prepared(1);
    await publishTicks(event, 10, 20);
    const order = new Map<string, number[]>();
    const busy = new Set<string>();
    let overlaps = 0;
    let most = 0;
    let seed = 7;
    const handler = handle(event, async ({ payload }) => {
      if (busy.has(payload.key)) overlaps++;
      busy.add(payload.key);
      most = Math.max(most, busy.size);
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const untilAt = performance.now() + (seed % 8);
      await until(() => performance.now() >= untilAt, { limitMs: 100, everyMs: 1 });
      order.set(payload.key, [...(order.get(payload.key) ?? []), payload.n]);
      busy.delete(payload.key);
    });
    await startGroup(group, handler, 6);
    await untilCaughtUp(kafka, group, event.topic);
    expect(overlaps).toBe(0);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
    const expected = Array.from({ length: 20 }, (_, n) => n);
    expect([...order.keys()]).toHaveLength(10);
    for (const seen of order.values()) expect(seen).toEqual(expected);
  });

  it("commits only what is done without a gap: a stopped group goes on at the first unfinished record", async () => {
    const { event, group } = await prepared(1);
    await publishTicks(event, 5, 4);
    const first: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = handle(event, async ({ payload }, { signal }) => {
      if (payload.key === "k1" && payload.n === 1) {
        await Promise.race([gate, new Promise((_, reject) => signal.addEventListener("abort", reject))]);
        throw new Error("not done");
      }
      first.push(`${payload.key}:${payload.n}`);
    });
    const consumer = await startGroup(group, slow, 4);
    // 3 records of k1 wait behind its second one; the other 17 of 20 are done.
    await until(() => first.length === 17, { limitMs: 15_000, what: "everything but k1's tail" });
    release();
    await consumer.stop();
    const second: string[] = [];
    await startGroup(
      group,
      handle(event, ({ payload }) => {
        second.push(`${payload.key}:${payload.n}`);
        return Promise.resolve();
      }),
      1,
    );
    await untilCaughtUp(kafka, group, event.topic);
    expect(second.filter((one) => one.startsWith("k1"))).toEqual(["k1:1", "k1:2", "k1:3"]);
    expect(new Set([...first, ...second]).size).toBe(20);
    expect(second).not.toContain("k0:0");
  });

  it("loses nothing while members come and go, and keeps each key's first occurrences in order", async () => {
    const { event, group } = await prepared(4);
    const seen = new Map<string, number[]>();
    const handler = handle(event, async ({ payload }) => {
      await Promise.resolve();
      const list = seen.get(payload.key) ?? [];
      if (!list.includes(payload.n)) list.push(payload.n);
      seen.set(payload.key, list);
    });
    await startGroup(group, handler, 3);
    const publishing = publishTicks(event, 12, 60);
    const second = await startGroup(group, handler, 3);
    await until(() => second.status().readers[0]!.assigned.length === 2, {
      limitMs: 20_000,
      what: "a share each",
    });
    await second.stop();
    const third = await startGroup(group, handler, 3);
    await publishing;
    await untilCaughtUp(kafka, group, event.topic);
    expect(third.status().readers[0]!.state).toBe("running");
    const expected = Array.from({ length: 60 }, (_, n) => n);
    expect(seen.size).toBe(12);
    for (const list of seen.values()) expect(list).toEqual(expected);
  });

  it("reads gzip, snappy, lz4 and zstd records", async () => {
    const { event, group } = await prepared(1);
    const native = await import("@platformatic/kafka");
    const { testStack } = await import("#test/support/stack.ts");
    for (const compression of ["gzip", "snappy", "lz4", "zstd"] as const) {
      const writer = new native.Producer({
        clientId: "native",
        bootstrapBrokers: testStack().kafkaBrokers.split(","),
        serializers: native.stringSerializers,
        compression,
      });
      const value = JSON.stringify({ key: compression, n: 1 });
      await writer.send({ messages: [{ topic: event.topic, partition: 0, key: compression, value }] });
      await writer.close();
    }
    const raw = kafka.producer();
    await raw.connect();
    const value = JSON.stringify({ key: "own-lz4", n: 1 });
    await raw.send({
      topic: event.topic,
      compression: CompressionTypes.LZ4,
      messages: [{ key: "own-lz4", value }],
    });
    await raw.disconnect();
    const seen: string[] = [];
    const handler = handle(event, ({ payload }) => {
      seen.push(payload.key);
      return Promise.resolve();
    });
    const consumer = await startGroup(group, handler, 1);
    await untilCaughtUp(kafka, group, event.topic);
    expect(seen).toEqual(["gzip", "snappy", "lz4", "zstd", "own-lz4"]);
    expect(consumer.status().deadLettered).toBe(0);
  });
});
