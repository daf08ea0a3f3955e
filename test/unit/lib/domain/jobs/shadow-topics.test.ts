import { describe, expect, test } from "vitest";
import { shadowMisfit, shadowNames, shadowOf, shadowsOf } from "#lib/domain/jobs/shadow-topics.ts";

const source = (topic: string, partitionCount: number, maxMessageBytes: number | null = 1_000) => ({
  ...{ topic, topicId: topic, partitionCount, maxMessageBytes },
});

describe("the shadow of a topic", () => {
  test.each([
    ["order.order.placed", "order.order.placed.shadow.a"],
    ["order.order.placed.dlt", "order.order.placed.shadow.a"],
    ["order.order.placed.retry.payments.1", "order.order.placed.shadow.a"],
  ])("of %s is %s", (topic, shadow) => {
    expect(shadowOf(topic, "a")).toBe(shadow);
  });
  test("has the partitions of its source, and takes what the lineage headers add", () => {
    expect(shadowsOf([source("a", 6)], "x")).toEqual([
      { topic: "a.shadow.x", partitionCount: 6, maxMessageBytes: 66_536, retentionMs: 604_800_000 },
    ]);
  });
  test("of two sources is one, as large as the larger; an unknown limit stays the broker's own", () => {
    expect(shadowsOf([source("a", 6), source("a.dlt", 3, 9_000)], "x")).toEqual([
      { topic: "a.shadow.x", partitionCount: 6, maxMessageBytes: 74_536, retentionMs: 604_800_000 },
    ]);
    expect(shadowsOf([source("a", 6, null), source("a.dlt", 3)], "x")[0]?.maxMessageBytes).toBeNull();
  });
  test("that is there with other partitions does not fit", () => {
    expect(shadowMisfit({ topic: "a.shadow.x", partitionCount: 6 }, { partitionCount: 6 })).toBeNull();
    expect(shadowMisfit({ topic: "a.shadow.x", partitionCount: 6 }, { partitionCount: 3 })).toContain(
      "has 3 partitions, and its source has 6",
    );
  });
  test("whose name Kafka would not take is refused", () => {
    expect(shadowNames([{ topic: "a".repeat(249) }])).toEqual([]);
    expect(shadowNames([{ topic: "a".repeat(250) }]).map(({ code }) => code)).toEqual(["shadow_name"]);
  });
});
