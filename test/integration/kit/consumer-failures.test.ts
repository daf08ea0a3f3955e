import { describe, expect, it } from "vitest";
import { handle } from "#kit/consumer.ts";
import { FatalError, UnavailableError } from "#kit/error-class.ts";
import { until } from "#test/support/until.ts";
import { readTopic, recordCount, untilCaughtUp } from "./kit-harness.ts";
import { ordersFixture } from "./orders-fixture.ts";

const fixture = ordersFixture();
const { kafka, producer } = fixture;

describe("the consumer's failures", () => {
  it("tries a retryable failure three times, 1 s and 2 s apart, then writes the dead letter and commits", async () => {
    const { event, group } = await fixture.prepared();
    const attemptsAt: number[] = [];
    const attempts: number[] = [];
    const cause = new RangeError("limit passed");
    const handler = handle(event, (message) => {
      attemptsAt.push(Date.now());
      attempts.push(message.attempt);
      throw new Error("payment refused", { cause });
    });
    const sent = await producer.publish({
      event,
      key: "o-1",
      payload: { orderId: "o-1", amount: 5 },
      causationId: "019ab000-0000-7000-8000-000000000001",
    });
    await fixture.started(group, handler);
    const [letter] = await readTopic(kafka, `${event.topic}.dlt`, 1);

    expect(attempts).toEqual([1, 2, 3]);
    expect(attemptsAt[1]! - attemptsAt[0]!).toBeGreaterThanOrEqual(990);
    expect(attemptsAt[2]! - attemptsAt[1]!).toBeGreaterThanOrEqual(1_990);
    const [source] = await readTopic(kafka, event.topic, 1);
    expect(letter).toMatchObject({ key: "o-1", value: source!.value, partition: sent.partition });
    const { headers } = letter!;
    expect(headers).toMatchObject({
      ...source!.headers,
      "event-id": sent.eventId,
      "dlt-topic": event.topic,
      "dlt-partition": String(sent.partition),
      "dlt-offset": sent.offset,
      "dlt-timestamp": String(source!.timestampAt),
      "dlt-from": `${event.topic}:${sent.partition}:${sent.offset}`,
      "dlt-group": group,
      "dlt-attempts": "3",
      "dlt-exception": "Error",
      "dlt-cause": "RangeError",
      "dlt-message": "payment refused",
    });
    expect(headers["dlt-stack"]).toContain("payment refused");
    expect(headers["dlt-failed-at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Object.keys(headers).filter((name) => name.startsWith("dlt-"))).toHaveLength(12);
    await untilCaughtUp(kafka, group, event.topic);
  });

  it("sends a payload that does not parse, and a FatalError, straight to the dead letters", async () => {
    const { event, group } = await fixture.prepared();
    let calls = 0;
    const handler = handle(event, () => {
      calls++;
      throw new FatalError("no such customer");
    });
    await producer.publish({ event, key: "a", payload: { orderId: "a", amount: 1 } });
    await fixture.writeRaw(event.topic, [
      { key: "b", value: "{not json" },
      { key: "c", value: JSON.stringify({ orderId: 7 }) },
    ]);
    const consumer = await fixture.started(group, handler);
    const letters = await readTopic(kafka, `${event.topic}.dlt`, 3);
    const byKey = new Map(letters.map((letter) => [letter.key, letter.headers]));
    expect(calls).toBe(1);
    expect(byKey.get("a")).toMatchObject({
      "dlt-attempts": "1",
      "dlt-exception": "FatalError",
      "dlt-cause": "FatalError",
    });
    expect(byKey.get("b")).toMatchObject({
      "dlt-attempts": "1",
      "dlt-exception": "PayloadError",
      "dlt-cause": "SyntaxError",
    });
    expect(byKey.get("c")).toMatchObject({ "dlt-exception": "PayloadError", "dlt-cause": "TypeError" });
    expect(consumer.status()).toMatchObject({ deadLettered: 3, processed: 0, retried: 0 });
  });

  it("pauses on an outage, counts no attempt, loses nothing, and lets other partitions go on", async () => {
    const { event, group } = await fixture.prepared(2);
    let down = true;
    const attempts: number[] = [];
    const done: string[] = [];
    const handler = handle(event, async (message) => {
      if (message.partition === 0 && down) {
        attempts.push(message.attempt);
        throw new UnavailableError("the database is away");
      }
      done.push(message.payload.orderId);
      await Promise.resolve();
    });
    const consumer = await fixture.started(group, handler);
    const keys = Array.from({ length: 40 }, (_, index) => `o-${index}`);
    const published = await producer.publishBatch(
      keys.map((key) => ({ event, key, payload: { orderId: key, amount: 1 } })),
    );
    const healthy = keys.filter((_, index) => published[index]!.partition === 1).length;
    await until(() => done.length === healthy, { limitMs: 15_000, what: "the healthy partition" });
    const [main] = consumer.status().readers;
    expect(main?.held).toEqual([expect.objectContaining({ partition: 0, reason: "unavailable" })]);
    await until(() => attempts.length > 8, {
      limitMs: 15_000,
      what: "more than three attempts' worth of outages",
    });
    down = false;
    await until(() => done.length === keys.length, { limitMs: 30_000, what: "everything processed" });
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect([...done].sort()).toEqual([...keys].sort());
    expect(await recordCount(kafka, `${event.topic}.dlt`)).toBe(0);
    await untilCaughtUp(kafka, group, event.topic);
  });

  it("holds the poisoned partition for its attempts at most; the others are not delayed", async () => {
    const { event, group } = await fixture.prepared(2);
    const doneAt = new Map<string, number>();
    const triedAt: number[] = [];
    const handler = handle(event, (message) => {
      if (message.payload.amount < 0) {
        triedAt.push(Date.now());
        throw new Error("negative");
      }
      doneAt.set(message.payload.orderId, Date.now());
      return Promise.resolve();
    });
    const keys = Array.from({ length: 30 }, (_, index) => `o-${index}`);
    const published = await producer.publishBatch(
      keys.map((key, index) => ({ event, key, payload: { orderId: key, amount: index === 0 ? -1 : 1 } })),
    );
    const poisoned = published[0]!.partition;
    await fixture.started(group, handler);
    await until(() => doneAt.size === keys.length - 1, { limitMs: 20_000, what: "all but the poison" });
    await readTopic(kafka, `${event.topic}.dlt`, 1);
    const others = keys.filter((_, index) => published[index]!.partition !== poisoned);
    const othersDoneAt = others.map((key) => doneAt.get(key)!);
    expect(triedAt).toHaveLength(3);
    // The other partition is through while the poisoned one still waits for its second attempt.
    expect(Math.max(...othersDoneAt)).toBeLessThan(triedAt[1]!);
    await untilCaughtUp(kafka, group, event.topic);
  });
});
