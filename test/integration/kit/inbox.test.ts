import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsumer, handle } from "#kit/consumer.ts";
import { classifyError } from "#kit/error-class.ts";
import { defineEvent } from "#kit/event.ts";
import { forgetProcessed, once } from "#kit/inbox.ts";
import { transition } from "#kit/idempotency/state-machine.ts";
import { insertOnce } from "#kit/idempotency/unique-constraint.ts";
import { updateVersioned, VersionConflictError } from "#kit/idempotency/version.ts";
import { createProducer } from "#kit/producer.ts";
import { ensureTopics } from "#kit/topics.ts";
import { inTransaction } from "#kit/transaction.ts";
import { until } from "#test/support/until.ts";
import { freshGroup, freshTopic, kitDatabase, kitKafka, testLog, untilCaughtUp } from "./kit-harness.ts";

let kafka: Kafka;
let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  kafka = kitKafka();
  ({ pool, drop } = await kitDatabase());
  await pool.query(`
    CREATE TABLE payment (order_id text PRIMARY KEY, amount int NOT NULL);
    CREATE TABLE stock (sku text PRIMARY KEY, free int NOT NULL, version int NOT NULL DEFAULT 0);
    CREATE TABLE orders (id text PRIMARY KEY, state text NOT NULL);`);
});
afterAll(() => drop());

describe("the inbox", () => {
  it("does the work once; a duplicate is told when it was done and with what result", async () => {
    const entry = { group: "payments", eventId: "e-1" };
    let calls = 0;
    const work = (): Promise<{ paid: number }> => Promise.resolve({ paid: ++calls });
    const first = await inTransaction(pool, (tx) => once(tx, entry, work));
    const second = await inTransaction(pool, (tx) => once(tx, entry, work));
    expect(first).toEqual({ outcome: "done", result: { paid: 1 } });
    expect(second).toEqual({
      outcome: "duplicate",
      processedAt: expect.any(Date) as Date,
      result: { paid: 1 },
    });
    const other = await inTransaction(pool, (tx) => once(tx, { ...entry, group: "inventory" }, work));
    expect(other.outcome).toBe("done");
  });

  it("leaves no mark when the work fails", async () => {
    const entry = { group: "payments", eventId: "e-2" };
    const failing = inTransaction(pool, (tx) => once(tx, entry, () => Promise.reject(new Error("no"))));
    await expect(failing).rejects.toThrow("no");
    const retried = await inTransaction(pool, (tx) => once(tx, entry, () => Promise.resolve(null)));
    expect(retried).toEqual({ outcome: "done", result: null });
  });

  it("makes a second handling at the same time wait and then find the duplicate", async () => {
    const entry = { group: "payments", eventId: "e-3" };
    let calls = 0;
    const work = async (): Promise<string> => {
      calls++;
      await pool.query("SELECT pg_sleep(0.2)");
      return "paid";
    };
    const both = await Promise.all([1, 2].map(() => inTransaction(pool, (tx) => once(tx, entry, work))));
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(["done", "duplicate"]);
    expect(calls).toBe(1);
  });

  it("swallows a record that was published twice", async () => {
    const event = defineEvent({
      topic: freshTopic("paid"),
      parse: (value) => value as { order: string },
      partitions: 2,
    });
    const group = freshGroup();
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics({ admin, events: [event], consumers: [{ group, events: [event] }] });
    await admin.disconnect();
    const producer = createProducer({ kafka, service: "orders", log: testLog });
    await producer.connect();
    const eventId = "019ab000-0000-7000-8000-00000000000a";
    for (let n = 0; n < 3; n++)
      await producer.publish({ event, key: "o-7", payload: { order: "o-7" }, eventId });
    await producer.disconnect();
    const outcomes: string[] = [];
    const handler = handle(event, async (message) => {
      const { outcome } = await inTransaction(pool, (tx) =>
        once(tx, { group, eventId: message.eventId }, () =>
          tx.query("INSERT INTO payment VALUES ($1, 5)", [message.payload.order]),
        ),
      );
      outcomes.push(outcome);
    });
    const consumer = createConsumer({ kafka, service: "payments", group, log: testLog, handlers: [handler] });
    await consumer.start();
    await untilCaughtUp(kafka, group, event.topic);
    await consumer.stop();
    expect(outcomes).toEqual(["done", "duplicate", "duplicate"]);
    expect((await pool.query("SELECT * FROM payment WHERE order_id = 'o-7'")).rowCount).toBe(1);
  });

  it("forgets marks past their days and no others", async () => {
    await pool.query(
      "INSERT INTO processed_event VALUES ('old', 'x', now() - interval '36 days'), ('old', 'y', now() - interval '34 days')",
    );
    expect(await forgetProcessed(pool)).toBe(1);
    expect(
      (await pool.query("SELECT event_id FROM processed_event WHERE consumer_group = 'old'")).rows,
    ).toEqual([{ event_id: "y" }]);
  });
});

describe("the other strategies", () => {
  it("a unique constraint lets one insert through", async () => {
    const sql = "INSERT INTO payment (order_id, amount) VALUES ($1, $2)";
    const both = await Promise.all(
      [1, 2].map(() => inTransaction(pool, (tx) => insertOnce(tx, sql, ["o-1", 9]))),
    );
    expect(both.sort()).toEqual(["already", "inserted"]);
  });

  it("a version admits the update it was decided on, once", async () => {
    await pool.query("INSERT INTO stock VALUES ('sku', 10)");
    const update = {
      what: "Stock sku",
      sql: "UPDATE stock SET free = free - 1, version = version + 1 WHERE sku = $1 AND version = $2",
      values: ["sku", 0],
      expectedVersion: 0,
    };
    await updateVersioned(pool, update);
    await expect(updateVersioned(pool, update)).rejects.toThrow(VersionConflictError);
    expect((await pool.query("SELECT free, version FROM stock")).rows).toEqual([{ free: 9, version: 1 }]);
  });

  it("a state machine applies, repeats and refuses", async () => {
    await pool.query("INSERT INTO orders VALUES ('o-1', 'placed')");
    const change = {
      table: "orders",
      idColumn: "id",
      stateColumn: "state",
      id: "o-1",
      from: ["placed"],
      to: "paid",
    };
    expect(await inTransaction(pool, (tx) => transition(tx, change))).toBe("applied");
    expect(await inTransaction(pool, (tx) => transition(tx, change))).toBe("already");
    expect(await inTransaction(pool, (tx) => transition(tx, { ...change, to: "cancelled" }))).toBe("refused");
    expect(await inTransaction(pool, (tx) => transition(tx, { ...change, id: "none" }))).toBe("refused");
    await expect(transition(pool, { ...change, table: "orders; DROP TABLE orders" })).rejects.toThrow(
      RangeError,
    );
  });
});

describe("classification of what PostgreSQL really throws", () => {
  it("calls an ended session and a refused connection unavailable, a broken constraint retryable", async () => {
    const client = await pool.connect();
    // the end of the socket may be told after the query's failure, to whoever holds the client
    client.on("error", (error) => expect(classifyError(error)).toBe("unavailable"));
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    const ended = client.query("SELECT pg_sleep(20)");
    const failure = expect(ended).rejects.toSatisfy(
      (error: unknown) => classifyError(error) === "unavailable",
    );
    await until(
      async () => {
        const killed = await pool.query("SELECT pg_terminate_backend($1) AS ok", [
          (rows[0] as { pid: number }).pid,
        ]);
        return (killed.rows[0] as { ok: boolean }).ok;
      },
      { limitMs: 5_000 },
    );
    await failure;
    client.release(true);
    const { Pool: PgPool } = await import("pg");
    const nowhere = new PgPool({ connectionString: "postgresql://u:p@127.0.0.1:1/x" });
    await expect(nowhere.query("SELECT 1")).rejects.toSatisfy(
      (e: unknown) => classifyError(e) === "unavailable",
    );
    await nowhere.end();
    await expect(pool.query("INSERT INTO stock VALUES ('sku', NULL)")).rejects.toSatisfy(
      (error: unknown) => classifyError(error) === "retryable",
    );
  });
});
