import { Producer } from "@platformatic/kafka";
import kafkajs from "kafkajs";
import { describe, expect, it } from "vitest";
import { createConsumer, handle, MissingTopicsError } from "#kit/consumer.ts";
import { FatalError } from "#kit/error-class.ts";
import { defineEvent } from "#kit/event.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { committed, freshTopic, readTopic, testLog, untilCaughtUp } from "./kit-harness.ts";
import { ordersFixture, parseOrder } from "./orders-fixture.ts";

const fixture = ordersFixture();
const { kafka, producer } = fixture;

const { ConfigResourceTypes } = kafkajs;

describe("dead letters", () => {
  it("names the headers it cannot write and keeps the rest; a tombstone stays one", async () => {
    const { event, group } = await fixture.prepared(1);
    const native = new Producer({
      clientId: "native",
      bootstrapBrokers: testStack().kafkaBrokers.split(","),
    });
    await native.send({
      messages: [
        {
          topic: event.topic,
          partition: 0,
          key: Buffer.from("k"),
          headers: new Map([
            [Buffer.from("trace"), Buffer.from("t-1")],
            [Buffer.from("nothing"), null as unknown as Buffer],
            [Buffer.from("constructor"), Buffer.from("evil")],
            [Buffer.from("__proto__"), Buffer.from("evil")],
          ]),
        },
      ],
    });
    await native.close();
    const handler = handle(event, () => Promise.resolve());
    await fixture.started(group, handler);
    const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);
    expect(letter).toMatchObject({ key: "k", value: null });
    expect(letter!.headers.trace).toBe("t-1");
    expect(letter!.headers["dlt-lost-headers"]!.split(",").sort()).toEqual([
      "__proto__",
      "constructor",
      "nothing",
    ]);
    expect(letter!.headers).not.toHaveProperty("event-id");
  });

  it("writes a pointer where the dead letter is too large for its topic", async () => {
    const { event, group } = await fixture.prepared(1);
    const admin = kafka.admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: `${event.topic}.dlt`,
          configEntries: [{ name: "max.message.bytes", value: "20000" }],
        },
      ],
    });
    await admin.disconnect();
    const handler = handle(event, () => {
      throw new FatalError("refused");
    });
    const { eventId } = await producer.publish({
      event,
      key: "big",
      payload: { orderId: "x".repeat(100_000), amount: 1 },
    });
    await fixture.started(group, handler);
    const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);
    expect(letter).toMatchObject({ key: "big", value: null });
    expect(letter!.headers).toMatchObject({ "event-id": eventId, "dlt-pointer": "1", "dlt-offset": "0" });
    expect(
      Object.keys(letter!.headers).filter((name) => name !== "event-id" && !name.startsWith("dlt-")),
    ).toEqual([]);
  });

  it("continues a failure on the redrive topic in the base topic's chain and keeps the first origin", async () => {
    const { event, group } = await fixture.prepared(2);
    const seen: { topic: string; baseTopic: string }[] = [];
    const handler = handle(event, (message) => {
      seen.push({ topic: message.topic, baseTopic: message.baseTopic });
      throw new FatalError("still wrong");
    });
    await fixture.writeRaw(`${event.topic}.redrive.${group}`, [
      {
        key: "o-9",
        value: JSON.stringify({ orderId: "o-9", amount: 1 }),
        headers: {
          "event-id": "e-9",
          "dlt-topic": event.topic,
          "dlt-partition": "1",
          "dlt-offset": "77",
          "dlt-timestamp": "1700000000000",
          "dlt-from": "old",
          "dlt-attempts": "3",
          "sluice-redrive-id": "j:1",
        },
      },
    ]);
    await fixture.started(group, handler);
    const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);
    expect(seen).toEqual([{ topic: `${event.topic}.redrive.${group}`, baseTopic: event.topic }]);
    expect(letter!.partition).toBe(1);
    expect(letter!.headers).toMatchObject({
      "dlt-topic": event.topic,
      "dlt-partition": "1",
      "dlt-offset": "77",
      "dlt-timestamp": "1700000000000",
      "dlt-group": group,
      "dlt-attempts": "1",
      "sluice-redrive-id": "j:1",
    });
    expect(letter!.headers["dlt-from"]).toMatch(new RegExp(`^${event.topic}.redrive.${group}:\\d+:0$`));
    await untilCaughtUp(kafka, `${group}-redrive`, `${event.topic}.redrive.${group}`);
  });

  it("does not commit a record whose dead letter cannot be written", async () => {
    const { event, group } = await fixture.prepared(1);
    const handler = handle(event, () => {
      throw new FatalError("refused");
    });
    await producer.publish({ event, key: "a", payload: { orderId: "a", amount: 1 } });
    const consumer = await fixture.started(group, handler);
    await readTopic(kafka, `${event.topic}.dlt`, 1);
    await untilCaughtUp(kafka, group, event.topic);
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [`${event.topic}.dlt`] });
    await producer.publish({ event, key: "b", payload: { orderId: "b", amount: 1 } });
    await until(() => consumer.status().readers[0]?.held[0]?.reason === "unavailable", {
      limitMs: 30_000,
      what: "the partition to wait",
    });
    expect((await committed(kafka, group, event.topic)).get(0)).toBe(1n);
    await admin.createTopics({ topics: [{ topic: `${event.topic}.dlt`, numPartitions: 1 }] });
    await admin.disconnect();
    const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);
    expect(letter).toMatchObject({ key: "b" });
    await untilCaughtUp(kafka, group, event.topic);
  });

  it("refuses to start where a topic it needs is missing, and names it", async () => {
    const event = defineEvent({ topic: freshTopic(), parse: parseOrder });
    const handler = handle(event, () => Promise.resolve());
    const consumer = createConsumer({ kafka, service: "p", group: "g", log: testLog, handlers: [handler] });
    await expect(consumer.start()).rejects.toThrow(MissingTopicsError);
    await expect(consumer.start()).rejects.toThrow(`${event.topic}.redrive.g`);
  });
});
