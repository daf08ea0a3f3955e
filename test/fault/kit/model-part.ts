/** One process of the model shop; see model-shop.ts. Settings come as JSON in FAULT_PART. */
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import { createConsumer, handle, type EventConsumer, type Handler } from "#kit/consumer.ts";
import type { Failpoints } from "#kit/failpoints.ts";
import { once } from "#kit/inbox.ts";
import { connectKafka } from "#kit/kafka.ts";
import type { KitLog } from "#kit/log.ts";
import { causedBy } from "#kit/message.ts";
import { enqueue } from "#kit/outbox.ts";
import { createRelay } from "#kit/relay.ts";
import { inTransaction } from "#kit/transaction.ts";
import {
  amountOf,
  customerOf,
  groupOf,
  modelEvents,
  servicePool,
  wantedOrders,
  type PartSettings,
} from "./model-shop.ts";

const settings = JSON.parse(process.env.FAULT_PART ?? "{}") as PartSettings;
const events = modelEvents(settings.prefix);

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const log: KitLog = {
  info: () => undefined,
  debug: () => undefined,
  warn: (fields, message) => {
    say(`warn ${message} ${JSON.stringify(fields)}`);
  },
  error: (fields, message) => {
    say(`error ${message} ${JSON.stringify(fields)}`);
  },
};

/** Dies by SIGKILL at the n-th hit of the failpoint it was given, and says so first. */
function failpoints(): Failpoints {
  const [wanted, nth] = (settings.failpoint ?? "").split(":");
  let left = Number(nth ?? "0");
  return {
    hit: (name) => {
      if (name !== wanted || --left > 0) return undefined;
      say(`failpoint ${name}`);
      process.kill(process.pid, "SIGKILL");
      return new Promise<void>(() => undefined);
    },
  };
}

/** Tries until it works: Kafka or PostgreSQL may be down at this very moment. */
async function persist<R>(work: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      say(`retry ${error instanceof Error ? error.name : "?"}`);
      await delay(300);
    }
  }
}

/** Makes orders up to the number that is wanted, and goes on when more are wanted. */
async function createOrders(pool: Pool): Promise<never> {
  let wanted = 0;
  for (let n = 1; ; n++) {
    while (n > wanted) {
      wanted = await persist(() => wantedOrders(pool));
      await delay(50);
    }
    await persist(() =>
      inTransaction(pool, async (tx) => {
        // Order per key is promised for transactions serialised on the key.
        await tx.query("SELECT pg_advisory_xact_lock(hashtext($1))", [customerOf(n)]);
        const amountCents = amountOf(n);
        const added = await tx.query("INSERT INTO shop_order VALUES ($1, $2) ON CONFLICT DO NOTHING", [
          n,
          amountCents,
        ]);
        if (added.rowCount === 0) return;
        const payload = { order: n, amountCents };
        const envelope = { event: events.created, key: customerOf(n), payload, aggregateType: "order" };
        await enqueue(tx, { ...envelope, service: "orders" });
      }),
    );
    await delay(8);
  }
}

async function consume(kafka: Kafka, group: string, handler: Handler): Promise<EventConsumer> {
  return persist(async () => {
    const hits = failpoints();
    const base = { kafka, service: settings.part, group, log, handlers: [handler], failpoints: hits };
    const consumer = createConsumer({ ...base, concurrency: 4 });
    await consumer.start();
    return consumer;
  });
}

function ordersHandler(pool: Pool, group: string): Handler {
  return handle(events.completed, async (message) => {
    await inTransaction(pool, (tx) =>
      once(tx, { group, eventId: message.eventId }, async () => {
        await tx.query("UPDATE shop_order SET paid = paid + 1 WHERE n = $1", [message.payload.order]);
      }),
    );
  });
}

function paymentsHandler(pool: Pool, group: string): Handler {
  return handle(events.created, async (message) => {
    const { order, amountCents } = message.payload;
    await inTransaction(pool, (tx) =>
      once(tx, { group, eventId: message.eventId }, async () => {
        await tx.query("INSERT INTO payment VALUES ($1, $2)", [order, amountCents]);
        await tx.query("UPDATE till SET balance_cents = balance_cents + $2 WHERE id = $1", [
          order % 8,
          amountCents,
        ]);
        const envelope = {
          event: events.completed,
          key: message.key,
          payload: { order },
          aggregateType: "payment",
        };
        await enqueue(tx, { ...envelope, ...causedBy(message), service: "payments" });
      }),
    );
  });
}

async function main(): Promise<void> {
  const { part, brokers, databaseUrl, prefix, leaseMs } = settings;
  const kafka = connectKafka({ brokers: brokers.split(","), clientId: part, log });
  const ended = new Promise<void>((resolve) => process.once("SIGTERM", resolve));
  const stops: (() => Promise<void>)[] = [];
  if (part === "orders") {
    const pool = servicePool(databaseUrl, "orders");
    const group = groupOf(prefix, "orders");
    const consumer = await consume(kafka, group, ordersHandler(pool, group));
    stops.push(
      () => consumer.stop(),
      () => pool.end(),
    );
    void createOrders(pool);
  } else if (part.startsWith("payments")) {
    const pool = servicePool(databaseUrl, "payments");
    const group = groupOf(prefix, "payments");
    const consumer = await consume(kafka, group, paymentsHandler(pool, group));
    stops.push(
      () => consumer.stop(),
      () => pool.end(),
    );
  } else {
    const hits = failpoints();
    for (const schema of ["orders", "payments"] as const) {
      const pool = servicePool(databaseUrl, schema);
      const holder = `${part}-${process.pid}`;
      const relay = createRelay({
        pool,
        kafka,
        service: schema,
        holder,
        log,
        pollMs: 50,
        leaseMs,
        failpoints: hits,
      });
      await relay.start();
      stops.push(
        () => relay.stop(),
        () => pool.end(),
      );
    }
  }
  say("ready");
  await ended;
  for (const stop of stops) await stop();
  say("stopped");
  process.exit(0);
}

await main();
