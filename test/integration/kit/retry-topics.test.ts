import type { Kafka } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsumer, handle } from "#kit/consumer.ts";
import { defineEvent } from "#kit/event.ts";
import { createProducer, type EventProducer } from "#kit/producer.ts";
import { ensureTopics } from "#kit/topics.ts";
import { freshGroup, freshTopic, kitKafka, readTopic, testLog, untilCaughtUp } from "./kit-harness.ts";

let kafka: Kafka;
let producer: EventProducer;

beforeAll(async () => {
  kafka = kitKafka();
  producer = createProducer({ kafka, service: "orders", log: testLog });
  await producer.connect();
});
afterAll(() => producer.disconnect());

describe("retry topics", () => {
  it("let the partition go on, try again 1 s and 2 s later, and end in the base topic's dead letters", async () => {
    const event = defineEvent({
      topic: freshTopic("placed"),
      parse: (value) => value as { id: string },
      partitions: 1,
    });
    const group = freshGroup("inventory");
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics({
      admin,
      events: [event],
      consumers: [{ group, events: [event], retryTopics: true }],
    });
    await admin.disconnect();
    const attempts: { id: string; attempt: number; topic: string; at: number }[] = [];
    const handler = handle(event, ({ payload, attempt, topic }) => {
      attempts.push({ id: payload.id, attempt, topic, at: Date.now() });
      if (payload.id === "bad") throw new Error("no");
      if (payload.id === "late" && attempt < 3) throw new Error("not yet");
      return Promise.resolve();
    });
    for (const id of ["bad", "late", "good"]) await producer.publish({ event, key: "same", payload: { id } });
    const consumer = createConsumer({
      kafka,
      service: "inventory",
      group,
      log: testLog,
      handlers: [handler],
      retryTopics: true,
    });
    await consumer.start();
    try {
      const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);
      const last = `${event.topic}.retry.${group}.2`;
      await untilCaughtUp(kafka, `${group}-retry-2`, last);
      const copies = await readTopic(kafka, last, 2);
      expect(copies.map(({ headers }) => headers["retry-attempt"])).toEqual(["2", "2"]);
      expect(copies[0]!.headers).toMatchObject({
        "dlt-topic": event.topic,
        "dlt-offset": "0",
        producer: "orders",
      });
      const topics = [event.topic, `${event.topic}.retry.${group}.1`, last];
      const bad = attempts.filter(({ id }) => id === "bad");
      expect(bad.map(({ attempt, topic }) => [attempt, topic])).toEqual(
        topics.map((topic, n) => [n + 1, topic]),
      );
      expect(bad[1]!.at - bad[0]!.at).toBeGreaterThanOrEqual(990);
      expect(bad[2]!.at - bad[1]!.at).toBeGreaterThanOrEqual(1_990);
      const good = attempts.find(({ id }) => id === "good");
      expect(good!.at).toBeLessThan(bad[1]!.at);
      expect(attempts.filter(({ id }) => id === "late")).toHaveLength(3);
      expect(letter!.headers).toMatchObject({
        "dlt-topic": event.topic,
        "dlt-partition": "0",
        "dlt-offset": "0",
        "dlt-group": group,
        "dlt-attempts": "3",
      });
      expect(letter!.headers["dlt-from"]).toBe(`${last}:${copies[0]!.partition}:${copies[0]!.offset}`);
      expect(letter!.headers).not.toHaveProperty("retry-attempt");
      expect(consumer.status()).toMatchObject({ deadLettered: 1, retried: 4, processed: 2 });
    } finally {
      await consumer.stop();
    }
  });
});
