import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { MissingKeyError } from "#kit/key.ts";
import { enqueue, forgetSent } from "#kit/outbox.ts";
import { partitionFor } from "#kit/partition.ts";
import { createRelay, type Relay, type RelayOptions } from "#kit/relay.ts";
import { installTables } from "#kit/tables.ts";
import { ensureTopics } from "#kit/topics.ts";
import { inTransaction } from "#kit/transaction.ts";
import { until } from "#test/support/until.ts";
import { freshTopic, kitDatabase, kitKafka, readTopic, recordCount, testLog } from "./kit-harness.ts";

let kafka: Kafka;
let pool: Pool;
let drop: () => Promise<void>;
let relays: Relay[] = [];

beforeAll(async () => {
  kafka = kitKafka();
  ({ pool, drop } = await kitDatabase());
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  relays = [];
  await pool.query("TRUNCATE outbox");
});
afterAll(() => drop());

async function prepared(keyed = true): Promise<EventDefinition<{ n: number; text?: string }>> {
  const event = defineEvent({
    topic: freshTopic(),
    parse: (value) => value as { n: number; text?: string },
    partitions: 3,
    keyed,
  });
  const admin = kafka.admin();
  await admin.connect();
  await ensureTopics({ admin, events: [event] });
  await admin.disconnect();
  return event;
}

async function relayed(holder: string, options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = createRelay({ pool, kafka, service: "orders", holder, log: testLog, pollMs: 50, ...options });
  relays.push(relay);
  await relay.start();
  return relay;
}

const of = (service = "orders"): { service: string; aggregateType: string } => ({
  service,
  aggregateType: "order",
});

async function untilSent(count: number): Promise<void> {
  await until(
    async () => {
      const { rows } = await pool.query("SELECT count(*)::int AS n FROM outbox WHERE sent_at IS NOT NULL");
      return (rows[0] as { n: number }).n >= count;
    },
    { limitMs: 30_000, what: `${count} rows sent` },
  );
}

describe("the outbox and its relay", () => {
  it("publishes what commits, nothing that rolls back, with the kit's headers and Java's partition", async () => {
    const event = await prepared();
    const written = await inTransaction(pool, (tx) =>
      enqueue(tx, {
        event,
        key: "o-1",
        payload: { n: 1 },
        correlationId: "c-1",
        causationId: "x-1",
        ...of(),
      }),
    );
    await expect(
      inTransaction(pool, async (tx) => {
        await enqueue(tx, { event, key: "o-2", payload: { n: 2 }, ...of() });
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    const unkeyed = enqueue(pool, { event, key: null, payload: { n: 3 }, ...of() });
    await expect(unkeyed).rejects.toThrow(MissingKeyError);
    await relayed("a");
    await untilSent(1);
    const records = await readTopic(kafka, event.topic, 1);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ key: "o-1", value: '{"n":1}', partition: partitionFor("o-1", 3) });
    expect(records[0]!.headers).toEqual({
      "event-id": written.id,
      "event-type": event.topic,
      "occurred-at": expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as unknown,
      "correlation-id": "c-1",
      "causation-id": "x-1",
      producer: "orders",
    });
    expect(await forgetSent(pool, 0)).toBe(1);
  });

  it("keeps each key's order with two relays at once, and sends each row once while nobody dies", async () => {
    const event = await prepared();
    const a = await relayed("a");
    const b = await relayed("b");
    for (let n = 0; n < 30; n++) {
      await inTransaction(pool, async (tx) => {
        for (let key = 0; key < 20; key++) {
          await enqueue(tx, { event, key: `k${key}`, payload: { n }, ...of() });
        }
      });
    }
    await untilSent(600);
    const records = await readTopic(kafka, event.topic, 600);
    expect(records).toHaveLength(600);
    expect(a.status().sent).toBeGreaterThan(0);
    expect(b.status().sent).toBeGreaterThan(0);
    for (let key = 0; key < 20; key++) {
      const seen = records.filter((record) => record.key === `k${key}`).map(({ value }) => value);
      expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => JSON.stringify({ n })));
    }
  });

  it("takes over from a relay that died between the publish and the mark: twice sent, first occurrences in order", async () => {
    const event = await prepared();
    for (let n = 0; n < 10; n++) await enqueue(pool, { event, key: "k", payload: { n }, ...of() });
    // A relay that hangs for ever after its publish is one that was killed there: its lease runs out.
    let hung: (() => void) | undefined;
    const dead = await relayed("dead", {
      leaseMs: 1_500,
      failpoints: {
        hit: (name) =>
          name === "after-publish-before-mark" ? new Promise<void>((resolve) => (hung = resolve)) : undefined,
      },
    });
    await until(() => hung !== undefined, { limitMs: 15_000, what: "the first relay's publish" });
    await relayed("heir", { leaseMs: 1_500 });
    for (let n = 10; n < 15; n++) await enqueue(pool, { event, key: "k", payload: { n }, ...of() });
    await untilSent(15);
    hung?.();
    await dead.stop();
    expect(dead.status().sent).toBe(0);
    const records = await readTopic(kafka, event.topic, 25);
    expect(records).toHaveLength(25);
    const first = [...new Set(records.map(({ value }) => value))];
    expect(first).toEqual(Array.from({ length: 15 }, (_, n) => JSON.stringify({ n })));
  });

  it("blocks only the key of a row the broker refuses, says why, and goes on once it can be sent", async () => {
    const event = await prepared();
    const text = "x".repeat(1_200_000);
    await enqueue(pool, { event, key: "bad", payload: { n: 0 }, ...of() });
    await enqueue(pool, { event, key: "bad", payload: { n: 1, text }, ...of() });
    await enqueue(pool, { event, key: "bad", payload: { n: 2 }, ...of() });
    for (let n = 0; n < 5; n++) await enqueue(pool, { event, key: "good", payload: { n }, ...of() });
    const relay = await relayed("a");
    await untilSent(6);
    await until(() => relay.status().refused > 1, {
      limitMs: 15_000,
      what: "a second try of the refused row",
    });
    const { rows } = await pool.query(
      "SELECT payload LIKE '%text%' AS big, attempts, last_error FROM outbox WHERE sent_at IS NULL ORDER BY seq",
    );
    expect(rows).toEqual([
      { big: true, attempts: expect.any(Number) as unknown, last_error: "MESSAGE_TOO_LARGE" },
      { big: false, attempts: 0, last_error: null },
    ]);
    await pool.query(`UPDATE outbox SET payload = '{"n":1}' WHERE sent_at IS NULL AND attempts > 0`);
    await untilSent(8);
    const records = await readTopic(kafka, event.topic, 8);
    const bad = [...new Set(records.filter(({ key }) => key === "bad").map(({ value }) => value))];
    expect(bad).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
  });

  it("holds a row for a topic that does not exist without holding others up, and spreads unkeyed events", async () => {
    const event = await prepared(false);
    const nowhere = defineEvent({ topic: freshTopic("missing"), parse: (value) => value, keyed: false });
    await enqueue(pool, { event: nowhere, key: null, payload: {}, ...of() });
    for (let n = 0; n < 30; n++) await enqueue(pool, { event, key: null, payload: { n }, ...of() });
    const startedAt = Date.now();
    await relayed("a");
    await untilSent(30);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    const records = await readTopic(kafka, event.topic, 30);
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(3);
    const { rows } = await pool.query("SELECT last_error FROM outbox WHERE sent_at IS NULL");
    expect(rows).toEqual([{ last_error: "UNKNOWN_TOPIC_OR_PARTITION" }]);
  });

  it("waits for a database it cannot reach and says so", async () => {
    const event = await prepared();
    const relay = await relayed("a");
    await pool.query("ALTER TABLE outbox_bucket RENAME TO outbox_bucket_away");
    await until(() => relay.status().state === "waiting", { limitMs: 10_000, what: "the relay to wait" });
    await enqueue(pool, { event, key: "k", payload: { n: 1 }, ...of() });
    await pool.query("ALTER TABLE outbox_bucket_away RENAME TO outbox_bucket");
    await untilSent(1);
    // The row is marked in the round; the state is told at its end.
    await until(() => relay.status().state === "running", { limitMs: 10_000, what: "the relay to run" });
    expect(await recordCount(kafka, event.topic)).toBe(1);
  });

  it("installs its tables again without changing anything, several at once", async () => {
    await Promise.all([installTables(pool), installTables(pool), installTables(pool)]);
    const { rows } = await pool.query("SELECT count(*)::int AS n FROM outbox_bucket");
    expect(rows).toEqual([{ n: 64 }]);
  });
});
