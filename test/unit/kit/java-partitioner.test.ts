import type { Message, PartitionMetadata } from "kafkajs";
import { describe, expect, it } from "vitest";
import { createJavaPartitioner } from "#kit/java-partitioner.ts";
import { batchLength } from "#kit/one-batch-producer.ts";
import { partitionFor } from "#kit/partition.ts";
import { asPublishError } from "#kit/publish-error.ts";
import { deadLetterPlan, longerRetention, TopicCreationError } from "#kit/topics.ts";

function partitions(count: number): PartitionMetadata[] {
  return Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
}

function place(topic: string, message: Message, count = 6): number {
  return createJavaPartitioner()({ topic, partitionMetadata: partitions(count), message });
}

describe("the partitioner", () => {
  it("places a key as Java does", () => {
    expect(place("a.b.c", { key: "21", value: "" })).toBe(partitionFor("21", 6));
  });

  it("places a dead letter at its origin's partition modulo the count, whatever its key", () => {
    const message = { key: "21", value: "", headers: { "dlt-partition": Buffer.from("10") } };
    expect(place("a.b.c.dlt", { ...message })).toBe(4);
    expect(place("a.b.c.redrive.g", { ...message })).toBe(partitionFor("21", 6));
    expect(place("a.b.c.redrive.g", { ...message, key: null })).toBe(4);
  });

  it("places an unkeyed event by its id, and anything else somewhere", () => {
    expect(place("a.b.c", { key: null, value: "", headers: { "event-id": "e" } })).toBe(partitionFor("e", 6));
    expect(place("a.b.c", { value: "", headers: { "dlt-partition": "x" } })).toBeLessThan(6);
  });

  it("does not change its mind when the partition count rises between two tries of a send", () => {
    const message: Message = { key: "foobar", value: "" };
    const first = place("a.b.c", message, 3);
    expect(place("a.b.c", message, 50)).toBe(first);
  });
});

describe("a batch", () => {
  it("ends at 200 records or 512 kB and never is empty", () => {
    const of = (value: string): { topic: string; message: Message } => ({
      topic: "a.b.c",
      message: { value },
    });
    expect(batchLength(Array.from({ length: 500 }, () => of("x")))).toBe(200);
    expect(batchLength(Array.from({ length: 5 }, () => of("x".repeat(300_000))))).toBe(1);
    expect(batchLength(Array.from({ length: 5 }, () => of("x".repeat(200_000))))).toBe(2);
    expect(batchLength([of("x".repeat(9_000_000))])).toBe(1);
    expect(batchLength([])).toBe(0);
  });
});

describe("errors that name themselves", () => {
  it("tells a refusal from what may be tried again", () => {
    const typed = (type: string): Error => Object.assign(new Error("x"), { type });
    expect(asPublishError("t", new Error("wrapped", { cause: typed("MESSAGE_TOO_LARGE") }))).toMatchObject({
      code: "MESSAGE_TOO_LARGE",
      refused: true,
    });
    expect(asPublishError("t", typed("NOT_ENOUGH_REPLICAS"))).toMatchObject({ refused: false });
    expect(asPublishError("t", new Error("x"))).toMatchObject({ code: "Error", refused: false });
    const refusedConnection = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    expect(asPublishError("t", new Error("y", { cause: refusedConnection }))).toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  it("names the right that is missing", () => {
    const failures = [{ topic: "a.b.c", code: "TOPIC_AUTHORIZATION_FAILED" }];
    expect(new TopicCreationError("create", failures, undefined).message).toBe(
      "Topics could not be created: a.b.c: TOPIC_AUTHORIZATION_FAILED (missing right: CREATE on the topic or the cluster)",
    );
  });

  it("plans dead letters by the source", () => {
    const source = { partitions: 9, retentionMs: 1, maxMessageBytes: 1_000 };
    expect(deadLetterPlan("a.b.c", source)).toEqual({
      topic: "a.b.c.dlt",
      partitions: 9,
      retentionMs: 30 * 86_400_000,
      maxMessageBytes: 66_536,
    });
    expect([longerRetention(-1, 5), longerRetention(5, -1), longerRetention(5, 9)]).toEqual([-1, -1, 9]);
  });
});
