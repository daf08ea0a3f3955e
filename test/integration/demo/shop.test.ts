import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countShop, type ShopAccounts } from "#demo/accounting.ts";
import { orderCreated, SHOP_EVENTS } from "#demo/events.ts";
import { setTakingOrders, switchScenario } from "#demo/scenarios/switch-scenario.ts";
import { setUpShop } from "#demo/setup.ts";
import { deadLetterTopic } from "#kit/topic-names.ts";
import type { TestDatabase } from "../../support/database.ts";
import { testStack } from "../../support/stack.ts";
import { until } from "../../support/until.ts";
import { shopDatabase } from "./shop-database.ts";
import { startShop, type RunningShop } from "./shop-processes.ts";
import { clearShop, readTopic, type ReadRecord } from "./shop-topics.ts";

const ORDERS_PER_SECOND = 30;
const CREATED_DLT = deadLetterTopic(orderCreated.topic);

let database: TestDatabase;
let shop: RunningShop;
const stopping = new AbortController();

const weather = (name: string): Promise<void> =>
  switchScenario(name, { databaseUrl: database.url, signal: stopping.signal });

async function deadLetters(): Promise<ReadRecord[]> {
  const topics = SHOP_EVENTS.map(({ topic }) => deadLetterTopic(topic));
  return (await Promise.all(topics.map(readTopic))).flat();
}

async function accounts(): Promise<ShopAccounts> {
  const letters = await deadLetters();
  const known = letters.map(({ headers }) => `${headers["dlt-group"]}:${headers["event-id"]}`);
  return countShop({ databaseUrl: database.url, deadLetters: known });
}

async function column(sql: string): Promise<string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<{ value: string }>(sql)).rows.map(({ value }) => value);
  } finally {
    await client.end();
  }
}

async function repeatedByRelay(): Promise<number> {
  const { outboxes } = (await shop.health("relay")) as { outboxes: Record<string, { repeated: number }> };
  return Object.values(outboxes).reduce((sum, { repeated }) => sum + repeated, 0);
}

beforeAll(async () => {
  database = await shopDatabase();
  await clearShop();
  const { kafkaBrokers } = testStack();
  const environments = await setUpShop({ databaseUrl: database.url, kafkaBrokers });
  shop = await startShop({ environments, ordersPerSecond: ORDERS_PER_SECOND });
});

afterAll(async () => {
  stopping.abort();
  await shop.stop();
  await clearShop();
  await database.drop();
});

describe("the shop, as five processes on a real broker and database", () => {
  it("brings a hundred orders to their end", async () => {
    const { byState } = await until(
      async () => {
        const now = await countShop({ databaseUrl: database.url });
        return now.byState.completed + now.byState.cancelled >= 100 ? now : undefined;
      },
      { limitMs: 30_000, everyMs: 250, what: "100 orders in a terminal state" },
    );
    expect(byState.completed).toBeGreaterThan(byState.cancelled);
  });

  it("poison: what cannot be read is dead at once for each reader, what breaks a rule for payments after three", async () => {
    await weather("poison");
    const letters = await until(
      async () => {
        const found = await readTopic(CREATED_DLT);
        const unreadable = found.filter(({ headers }) => headers["dlt-exception"] === "PayloadError");
        const groups = new Set(unreadable.map(({ headers }) => headers["dlt-group"]));
        const broken = found.some(({ headers }) => headers["dlt-exception"] === "BrokenOrderError");
        return groups.size === 3 && broken ? found : undefined;
      },
      { limitMs: 30_000, everyMs: 500, what: "dead letters of both kinds" },
    );
    await weather("calm");
    for (const { headers, partition } of letters) {
      expect(headers["dlt-topic"]).toBe(orderCreated.topic);
      expect(headers["dlt-partition"]).toBe(String(partition));
      expect(headers["dlt-from"]).toBe(`${orderCreated.topic}:${partition}:${headers["dlt-offset"]}`);
      expect(headers["event-id"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      const isBroken = headers["dlt-exception"] === "BrokenOrderError";
      expect(headers["dlt-attempts"]).toBe(isBroken ? "3" : "1");
      if (isBroken) expect(headers["dlt-group"]).toBe("payments");
    }
  });

  it("duplicates: the same event twice on a topic, and handled once", async () => {
    await weather("duplicates");
    await until(async () => (await repeatedByRelay()) >= 30, { limitMs: 20_000, what: "30 repeated events" });
    await weather("calm");
    const records = await readTopic(orderCreated.topic);
    const ids = records.map(({ headers }) => headers["event-id"]);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
  });

  it("relay-down: the outbox grows, and drains afterwards", async () => {
    await weather("relay-down");
    await until(async () => (await countShop({ databaseUrl: database.url })).unsentEvents >= 50, {
      limitMs: 15_000,
      what: "50 unsent events",
    });
    await weather("calm");
    await until(async () => (await countShop({ databaseUrl: database.url })).unsentEvents < 30, {
      limitMs: 15_000,
      what: "drained outboxes",
    });
  });

  it("at rest, the books agree: no order paid twice, no event lost, money and stock add up", async () => {
    await setTakingOrders(database.url, false);
    const rest = await until(
      async () => {
        const now = await accounts();
        return now.unsentEvents === 0 && now.lostEvents.length === 0 ? now : undefined;
      },
      { limitMs: 45_000, everyMs: 500, what: "a shop at rest" },
    );
    expect(rest.paidTwice).toBe(0);
    expect(rest.stockDifferences).toBe(0);
    expect(rest.stockMoved).toBe(rest.unitsSold);
    expect(rest.chargedCents - rest.refundedCents).toBe(rest.orderTotalsPaidCents);
    expect(rest.orderTotalsPaidCents).toBeGreaterThan(0);
    expect(rest.refundedCents).toBeGreaterThan(0);

    const letters = await readTopic(CREATED_DLT);
    const dead = new Set(letters.map(({ key }) => key));
    const open = await column(
      "SELECT order_id AS value FROM shop_orders.customer_order WHERE state = 'created'",
    );
    expect(open.length).toBe(rest.byState.created);
    expect(open.filter((orderId) => !dead.has(orderId))).toEqual([]);
    const differing = await column(
      `SELECT order_id AS value FROM shop_orders.customer_order JOIN shop_orders.order_view AS seen USING (order_id)
        WHERE (seen.state, seen.version) <> (customer_order.state, customer_order.version)`,
    );
    expect(differing).toEqual([]);
  });

  it("keeps payloads and passwords out of every log, and stops when it is asked to", async () => {
    const logs = await Promise.all((["orders", "payments", "relay"] as const).map((part) => shop.log(part)));
    expect(logs.join("\n")).not.toMatch(/totalCents|unitPriceCents|postgresql:/);
    const [part] = [shop.parts.payments];
    await part.stop();
    expect(await part.exited).toEqual({ code: 0, signal: null });
  });
});
