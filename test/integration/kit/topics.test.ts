import kafkajs, { type Admin, type Kafka } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineEvent } from "#kit/event.ts";
import { TopicNameError } from "#kit/topic-names.ts";
import { ensureTopics, TopicCreationError } from "#kit/topics.ts";
import { createTopics } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { freshTopic, kitKafka } from "./kit-harness.ts";

const DAY_MS = 86_400_000;
const parse = (value: unknown): unknown => value;

let kafka: Kafka;
let admin: Admin;

beforeAll(async () => {
  kafka = kitKafka();
  admin = kafka.admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

async function settings(topic: string): Promise<{ partitions: number; config: Record<string, string> }> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = described.resources[0]!.configEntries.map(({ configName, configValue }) => [
    configName,
    configValue,
  ]);
  return {
    partitions: topics[0]!.partitions.length,
    config: Object.fromEntries(entries) as Record<string, string>,
  };
}

describe("ensureTopics", () => {
  it("makes the source, its dead letters, the way back in and the retry levels as the protocol says", async () => {
    const event = defineEvent({ topic: freshTopic(), parse, partitions: 8 });
    const consumers = [{ group: "Pay/Ments", events: [event], retryTopics: true }];
    const done = await ensureTopics({ admin, events: [event], consumers });
    const slug = /\.redrive\.(.*)$/.exec(done.created.find((name) => name.includes(".redrive."))!)![1]!;
    expect(slug).toMatch(/^pay-ments-[0-9a-f]{8}$/);
    const { topic } = event;
    expect([...done.created].sort()).toEqual(
      [
        topic,
        `${topic}.dlt`,
        `${topic}.redrive.${slug}`,
        `${topic}.retry.${slug}.1`,
        `${topic}.retry.${slug}.2`,
      ].sort(),
    );
    const source = await settings(topic);
    expect(source.partitions).toBe(8);
    expect(source.config["retention.ms"]).toBe(String(7 * DAY_MS));
    const dlt = await settings(`${topic}.dlt`);
    expect(dlt.partitions).toBe(8);
    expect(dlt.config).toMatchObject({
      "cleanup.policy": "delete",
      "retention.ms": String(30 * DAY_MS),
      "max.message.bytes": String(Number(source.config["max.message.bytes"]) + 65_536),
    });
    expect((await settings(`${topic}.redrive.${slug}`)).partitions).toBe(6);
    expect((await settings(`${topic}.retry.${slug}.2`)).partitions).toBe(6);
    const again = await ensureTopics({ admin, events: [event], consumers });
    expect(again).toMatchObject({ created: [], raised: [], reconfigured: [] });
    expect(again.existing).toHaveLength(5);
  });

  it("keeps dead letters as long as the source, deletes them even for a compacted one, -1 being the longest", async () => {
    const audit = defineEvent({ topic: freshTopic("audited"), parse, partitions: 2, kept: "audit" });
    const forever = defineEvent({ topic: freshTopic("kept"), parse, partitions: 2, kept: "forever" });
    const compacted = defineEvent({ topic: freshTopic("compacted"), parse });
    await createTopics([
      {
        topic: compacted.topic,
        numPartitions: 3,
        configEntries: [{ name: "cleanup.policy", value: "compact" }],
      },
    ]);
    const done = await ensureTopics({ admin, events: [audit, forever, compacted] });
    expect(done.existing).toEqual([compacted.topic]);
    expect((await settings(audit.topic)).config["retention.ms"]).toBe(String(30 * DAY_MS));
    expect((await settings(`${audit.topic}.dlt`)).config["retention.ms"]).toBe(String(30 * DAY_MS));
    expect((await settings(`${forever.topic}.dlt`)).config["retention.ms"]).toBe("-1");
    const dlt = await settings(`${compacted.topic}.dlt`);
    expect(dlt.partitions).toBe(3);
    expect(dlt.config["cleanup.policy"]).toBe("delete");
    expect((await settings(compacted.topic)).config["cleanup.policy"]).toBe("compact");
  });

  it("raises the dead letters' partitions and limits when the source has grown, and keeps their other settings", async () => {
    const event = defineEvent({ topic: freshTopic("grown"), parse, partitions: 2 });
    const { topic } = event;
    await ensureTopics({ admin, events: [event] });
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const set = (name: string, configEntries: { name: string; value: string }[]): Promise<unknown> =>
      admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] });
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    await set(topic, [
      { name: "retention.ms", value: String(60 * DAY_MS) },
      { name: "max.message.bytes", value: "3000000" },
    ]);
    const own = { name: "min.insync.replicas", value: "1" };
    const kept = [
      own,
      { name: "segment.bytes", value: "20000000" },
      { name: "cleanup.policy", value: "delete" },
    ];
    await set(`${topic}.dlt`, kept);
    const done = await ensureTopics({ admin, events: [event] });
    expect(done.raised).toEqual([{ topic: `${topic}.dlt`, from: 2, to: 5 }]);
    expect(done.reconfigured).toEqual([`${topic}.dlt`]);
    const dlt = await until(
      async () => {
        const now = await settings(`${topic}.dlt`);
        return now.partitions === 5 && now.config["max.message.bytes"] === "3065536" && now;
      },
      { limitMs: 10_000, what: "the raised settings" },
    );
    expect(dlt.config).toMatchObject({ "retention.ms": String(60 * DAY_MS), "segment.bytes": "20000000" });
    expect((await ensureTopics({ admin, events: [event] })).reconfigured).toEqual([]);
  });

  it("refuses, and makes nothing, where a derived name would pass 249 characters", async () => {
    const event = defineEvent({ topic: `${freshTopic()}${"x".repeat(190)}`, parse });
    const consumers = [{ group: "g".repeat(64), events: [event] }];
    await expect(ensureTopics({ admin, events: [event], consumers })).rejects.toThrow(TopicNameError);
    expect(await admin.listTopics()).not.toContain(event.topic);
  });

  it("names the topic and Kafka's reason where the broker refuses to make it", async () => {
    const event = defineEvent({ topic: freshTopic("refused"), parse });
    const refusal = ensureTopics({ admin, events: [event], replicationFactor: 3 });
    await expect(refusal).rejects.toThrow(TopicCreationError);
    await expect(refusal).rejects.toThrow(`${event.topic}: INVALID_REPLICATION_FACTOR`);
  });

  it("lets two services make the same topics at once", async () => {
    const event = defineEvent({ topic: freshTopic("shared"), parse, partitions: 2 });
    const other = kafka.admin();
    await other.connect();
    const runs = await Promise.allSettled([
      ensureTopics({ admin, events: [event] }),
      ensureTopics({ admin: other, events: [event] }),
    ]);
    await other.disconnect();
    expect(runs.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect((await settings(`${event.topic}.dlt`)).partitions).toBe(2);
  });
});
