import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Kafka, logLevel } from "kafkajs";
import type { Pool } from "pg";
import { until } from "#test/support/until.ts";
import { amountOf, groupOf, modelEvents, servicePool } from "./model-shop.ts";

/** What was counted after a round: money, payments and events, and every way they could be wrong. */
export interface Audit {
  orders: number;
  ordersPaidOnce: number;
  payments: number;
  ordersPaidTwice: number;
  moneyOrderedCents: number;
  moneyPaidCents: number;
  moneyInTillsCents: number;
  eventsEnqueued: number;
  eventsPublished: number;
  eventsLost: number;
  duplicatesPublished: number;
  keysOutOfOrder: number;
  deadLetters: number;
}

interface EventRow {
  id: string;
  aggregateid: string;
}

interface Seen {
  key: string;
  eventId: string;
  partition: number;
  offset: bigint;
}

async function scalar(pool: Pool, sql: string): Promise<number> {
  const { rows } = await pool.query(sql);
  return Number((rows[0] as { n: string | number | null } | undefined)?.n ?? 0);
}

async function endOf(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

/** The end of a topic, asked again while the broker elects leaders after a kill. */
function settledEndOf(kafka: Kafka, topic: string): Promise<number> {
  return until(async () => ({ end: await endOf(kafka, topic) }), {
    limitMs: 60_000,
    what: `the end of ${topic}`,
  }).then(({ end }) => end);
}

/** Reads a whole topic with plain kafkajs: the kit does not check itself here. */
async function readAll(kafka: Kafka, topic: string): Promise<Seen[]> {
  const end = await settledEndOf(kafka, topic);
  const seen: Seen[] = [];
  const consumer = kafka.consumer({
    groupId: `audit-${randomBytes(6).toString("hex")}`,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => {
        const eventId = String(message.headers?.["event-id"]);
        seen.push({ key: String(message.key), eventId, partition, offset: BigInt(message.offset) });
        return Promise.resolve();
      },
    });
    await until(() => seen.length >= end, { limitMs: 60_000, what: `reading ${end} records of ${topic}` });
  } finally {
    await consumer.disconnect();
  }
  return seen.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1));
}

function idsByKey(events: { key: string; eventId: string }[]): Map<string, string[]> {
  const byKey = new Map<string, Set<string>>();
  for (const { key, eventId } of events) {
    const ids = byKey.get(key) ?? new Set<string>();
    byKey.set(key, ids.add(eventId));
  }
  return new Map([...byKey].map(([key, ids]) => [key, [...ids]]));
}

async function compareEvents(pool: Pool, kafka: Kafka, topic: string): Promise<Partial<Audit>> {
  const { rows } = await pool.query("SELECT id, aggregateid FROM outbox ORDER BY seq");
  const written = (rows as EventRow[]).map(({ id, aggregateid }) => ({ key: aggregateid, eventId: id }));
  const seen = await readAll(kafka, topic);
  const published = new Set(seen.map(({ eventId }) => eventId));
  const [expected, first] = [idsByKey(written), idsByKey(seen)];
  return {
    eventsEnqueued: written.length,
    eventsPublished: published.size,
    eventsLost: written.filter(({ eventId }) => !published.has(eventId)).length,
    duplicatesPublished: seen.length - published.size,
    keysOutOfOrder: [...expected].filter(([key, ids]) => first.get(key)?.join() !== ids.join()).length,
  };
}

/** Where the shop is audited. */
export interface AuditTarget {
  brokers: string;
  databaseUrl: string;
  prefix: string;
  orders: number;
}

function auditKafka(target: AuditTarget): Kafka {
  return new Kafka({ clientId: "audit", brokers: target.brokers.split(","), logLevel: logLevel.NOTHING });
}

async function lagOf(kafka: Kafka, group: string, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const at = new Map(
      found?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]),
    );
    return ends.reduce((sum, { partition, high }) => sum + Number(high) - (at.get(partition) ?? 0), 0);
  } finally {
    await admin.disconnect();
  }
}

/** How long the shop may stand still before it counts as stuck: several session timeouts, on a busy machine. */
const STUCK_AFTER_MS = 150_000;

/**
 * Waits until everything that was enqueued is sent, and everything that was sent is read; as long as it takes while
 * the shop moves. Throws when nothing moved for 150 s.
 */
export async function untilDrained(target: AuditTarget): Promise<void> {
  const kafka = auditKafka(target);
  const events = modelEvents(target.prefix);
  const orders = servicePool(target.databaseUrl, "orders");
  const payments = servicePool(target.databaseUrl, "payments");
  const unsent = "SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL";
  /** Orders to write, orders to pay, rows to send, records to read. */
  const ask = async (): Promise<number[]> => [
    target.orders - (await scalar(orders, "SELECT count(*) AS n FROM shop_order")),
    target.orders - (await scalar(orders, "SELECT count(*) AS n FROM shop_order WHERE paid > 0")),
    await scalar(orders, unsent),
    await scalar(payments, unsent),
    await lagOf(kafka, groupOf(target.prefix, "payments"), events.created.topic),
    await lagOf(kafka, groupOf(target.prefix, "orders"), events.completed.topic),
  ];
  /** A server that was just killed may not answer yet: asked again, as long as a stand-still may last. */
  const left = (): Promise<number[]> =>
    until(ask, { limitMs: STUCK_AFTER_MS, everyMs: 500, what: "the counts" });
  let last = "";
  let movedAt = Date.now();
  try {
    for (;;) {
      const now = await left();
      if (now.every((count) => count === 0)) return;
      if (now.join() !== last) {
        last = now.join();
        movedAt = Date.now();
      }
      if (Date.now() - movedAt > STUCK_AFTER_MS) throw new Error(`the shop stands still with ${last} left`);
      await delay(500);
    }
  } finally {
    await Promise.all([orders.end(), payments.end()]);
  }
}

/** Counts. Call it once the shop is drained and stopped. */
export async function audit(target: AuditTarget): Promise<Audit> {
  const kafka = auditKafka(target);
  const events = modelEvents(target.prefix);
  const [orders, payments] = [
    servicePool(target.databaseUrl, "orders"),
    servicePool(target.databaseUrl, "payments"),
  ];
  try {
    const created = await compareEvents(orders, kafka, events.created.topic);
    const completed = await compareEvents(payments, kafka, events.completed.topic);
    const sum = (name: keyof Audit): number => (created[name] ?? 0) + (completed[name] ?? 0);
    const dead = await Promise.all(
      [events.created, events.completed].map(({ topic }) => settledEndOf(kafka, `${topic}.dlt`)),
    );
    const twice =
      "SELECT count(*) AS n FROM (SELECT order_n FROM payment GROUP BY 1 HAVING count(*) > 1) AS twice";
    return {
      orders: await scalar(orders, "SELECT count(*) AS n FROM shop_order"),
      ordersPaidOnce: await scalar(orders, "SELECT count(*) AS n FROM shop_order WHERE paid = 1"),
      payments: await scalar(payments, "SELECT count(*) AS n FROM payment"),
      ordersPaidTwice: await scalar(payments, twice),
      moneyOrderedCents: Array.from({ length: target.orders }, (_, n) => amountOf(n + 1)).reduce(
        (a, b) => a + b,
        0,
      ),
      moneyPaidCents: await scalar(payments, "SELECT sum(amount_cents) AS n FROM payment"),
      moneyInTillsCents: await scalar(payments, "SELECT sum(balance_cents) AS n FROM till"),
      eventsEnqueued: sum("eventsEnqueued"),
      eventsPublished: sum("eventsPublished"),
      eventsLost: sum("eventsLost"),
      duplicatesPublished: sum("duplicatesPublished"),
      keysOutOfOrder: sum("keysOutOfOrder"),
      deadLetters: dead.reduce((a, b) => a + b, 0),
    };
  } finally {
    await Promise.all([orders.end(), payments.end()]);
  }
}

/** What is wrong in an audit, in words; empty if nothing is. */
export function faultsOf(found: Audit, orders: number): string[] {
  const demands: [boolean, string][] = [
    [found.orders === orders, `${found.orders} of ${orders} orders exist`],
    [
      found.ordersPaidOnce === orders,
      `${found.ordersPaidOnce} of ${orders} orders are marked paid exactly once`,
    ],
    [found.payments === orders, `${found.payments} payments for ${orders} orders`],
    [found.ordersPaidTwice === 0, `${found.ordersPaidTwice} orders paid twice`],
    [found.moneyPaidCents === found.moneyOrderedCents, "the money paid is not the money ordered"],
    [found.moneyInTillsCents === found.moneyOrderedCents, "the money in the tills is not the money ordered"],
    [found.eventsEnqueued === 2 * orders, `${found.eventsEnqueued} events enqueued, not ${2 * orders}`],
    [found.eventsPublished === found.eventsEnqueued, "events published and enqueued differ"],
    [found.eventsLost === 0, `${found.eventsLost} events lost`],
    [found.keysOutOfOrder === 0, `${found.keysOutOfOrder} keys out of order`],
    [found.deadLetters === 0, `${found.deadLetters} dead letters`],
  ];
  return demands.filter(([holds]) => !holds).map(([, words]) => words);
}
