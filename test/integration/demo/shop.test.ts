import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countShop, type ShopAccounts } from "#demo/accounting.ts";
import { orderCreated, SHOP_EVENTS } from "#demo/events.ts";
import { shippingRefundRequested } from "#demo/fulfilment-events.ts";
import { schemaOf, SHOP_SERVICES } from "#demo/parts.ts";
import { setTakingOrders, switchScenario } from "#demo/scenarios/switch-scenario.ts";
import { setUpShop } from "#demo/setup.ts";
import { SIGNATURE_HEADER, signCommand } from "#kit/saga/operator.ts";
import { sagaCommand } from "#kit/saga/topics.ts";
import { deadLetterTopic } from "#kit/topic-names.ts";
import type { TestDatabase } from "../../support/database.ts";
import { testKafka } from "../../support/kafka.ts";
import { testStack } from "../../support/stack.ts";
import { until } from "../../support/until.ts";
import { shopDatabase } from "./shop-database.ts";
import { startShop, type RunningShop } from "./shop-processes.ts";
import { clearShop, readTopic, type ReadRecord } from "./shop-topics.ts";

const ORDERS_PER_SECOND = 30;
/** Sagas that an operator must help. */
const PARKED_SQL =
  "SELECT saga_id AS value FROM shop_fulfilment.saga_instance WHERE parked = 'compensation_failed'";
const CREATED_DLT = deadLetterTopic(orderCreated.topic);

let database: TestDatabase;
let shop: RunningShop;
let commandKey: string;
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

/** Asks fulfilment, as the console does, to send the command once more at which each of these sagas stands. */
async function retry(sagaIds: readonly string[]): Promise<void> {
  const producer = testKafka().producer();
  await producer.connect();
  try {
    for (const sagaId of sagaIds) {
      const [version] = await column(
        `SELECT version::text AS value FROM shop_fulfilment.saga_instance WHERE saga_id = '${sagaId}'`,
      );
      const value = JSON.stringify({
        commandId: randomUUID(),
        service: "fulfilment",
        sagaId,
        type: "fulfilment",
        expectedVersion: Number(version),
        command: "retry",
        step: "chargeShipping",
        input: null,
        reason: "The bank takes refunds again",
        actor: "test",
        issuedAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      });
      const headers = { [SIGNATURE_HEADER]: signCommand(value, commandKey) };
      await producer.send({ topic: sagaCommand.topic, messages: [{ key: sagaId, value, headers }] });
    }
  } finally {
    await producer.disconnect();
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
  const { environments, sagaCommandKey } = await setUpShop({ databaseUrl: database.url, kafkaBrokers });
  commandKey = sagaCommandKey;
  shop = await startShop({ environments, ordersPerSecond: ORDERS_PER_SECOND });
});

afterAll(async () => {
  stopping.abort();
  await shop.stop();
  await clearShop();
  await database.drop();
});

describe("the shop, as its processes on a real broker and database", () => {
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

  it("fulfilment brings orders by courier, and turns back where one cannot be", async () => {
    const { fulfilment } = await until(
      async () => {
        const now = await countShop({ databaseUrl: database.url });
        return now.fulfilment.byState.completed >= 10 && now.fulfilment.byState.compensated >= 1
          ? now
          : undefined;
      },
      { limitMs: 40_000, everyMs: 250, what: "10 sagas completed and one compensated" },
    );
    expect(fulfilment.byState.failed).toBe(0);
    expect(fulfilment.parked).toBe(0);
    const [correlations] = await column(
      `SELECT count(*)::text AS value FROM shop_fulfilment.saga_instance AS saga
         JOIN shop_orders.outbox AS told ON told.aggregateid = saga.saga_id AND told.topic = 'order.order.created'
        WHERE told.id::text <> saga.correlation_id`,
    );
    expect(correlations).toBe("0");
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

  it("slow-reply: labels are asked for twice, and printed once", async () => {
    await weather("slow-reply");
    await until(
      async () =>
        (
          await column(
            "SELECT saga_id AS value FROM shop_fulfilment.saga_step WHERE step = 'label' AND state = 'done' AND attempts > 1",
          )
        ).length >= 5,
      { limitMs: 30_000, what: "5 labels at the second attempt" },
    );
    await weather("calm");
    expect((await countShop({ databaseUrl: database.url })).fulfilment.doneTwice).toBe(0);
  });

  it("courier-down: commands wait for the courier, and it goes on when it is back", async () => {
    await weather("courier-down");
    const waiting = await until(
      async () => {
        const found = await column(
          "SELECT saga_id AS value FROM shop_fulfilment.saga_step WHERE step = 'label' AND state = 'sent' AND attempts > 1",
        );
        return found.length >= 5 ? found : undefined;
      },
      { limitMs: 30_000, what: "5 sagas that ask the courier again" },
    );
    await weather("calm");
    await until(
      async () =>
        (
          await column(
            `SELECT saga_id AS value FROM shop_fulfilment.saga_instance
              WHERE saga_id IN ('${waiting.join("', '")}') AND ended_at IS NULL`,
          )
        ).length === 0,
      { limitMs: 30_000, what: "the end of the sagas that waited, parked or not" },
    );
  });

  it("compensation-fails: what cannot be given back is parked, its command dead, until an operator asks again", async () => {
    await weather("compensation-fails");
    await until(async () => (await column(PARKED_SQL)).length > 0, {
      limitMs: 45_000,
      what: "a saga whose compensation failed",
    });
    await weather("calm");
    const letters = await readTopic(deadLetterTopic(shippingRefundRequested.topic));
    const dead = new Set(letters.map(({ key }) => key));
    const parked = await column(PARKED_SQL);
    for (const sagaId of parked) expect(dead).toContain(sagaId);
    for (const { headers } of letters) {
      expect(headers["dlt-exception"]).toBe("ShippingRefundError");
      expect(headers["saga-command"]).toMatch(/^fulfilment\/ord_\w+\/chargeShipping\/1\/undo$/);
    }
    await retry(parked);
    const compensated = `SELECT saga_id AS value FROM shop_fulfilment.saga_instance
      WHERE state = 'compensated' AND saga_id IN ('${parked.join("', '")}')`;
    // Payments may notice the end of the weather a second late: then the command is sent once more after 6 s.
    await until(async () => (await column(compensated)).length === parked.length, {
      limitMs: 30_000,
      what: "the compensation of the sagas that an operator retried",
    });
  });

  it("relay-down: the outbox grows, and drains afterwards", async () => {
    await weather("relay-down");
    await until(async () => (await countShop({ databaseUrl: database.url })).unsentEvents >= 50, {
      limitMs: 15_000,
      what: "50 unsent events",
    });
    await weather("calm");
    const [calmAt = ""] = await column("SELECT clock_timestamp()::text AS value");
    const waiting = SHOP_SERVICES.map(
      (service) =>
        `SELECT id::text AS value FROM ${schemaOf(service)}.outbox
          WHERE sent_at IS NULL AND created_at < '${calmAt}'`,
    ).join(" UNION ALL ");
    await until(async () => (await column(waiting)).length === 0, {
      limitMs: 15_000,
      what: "drained outboxes",
    });
  });

  it("at rest, the books agree: no order paid twice, no event lost, money and stock add up", async () => {
    await setTakingOrders(database.url, false);
    const rest = await until(
      async () => {
        const now = await accounts();
        const { sagas, byState, parked } = now.fulfilment;
        const open = sagas - byState.completed - byState.compensated - byState.failed - parked;
        return now.unsentEvents === 0 && now.lostEvents.length === 0 && open === 0 ? now : undefined;
      },
      { limitMs: 45_000, everyMs: 500, what: "a shop at rest" },
    );
    expect(rest.paidTwice).toBe(0);
    expect(rest.stockDifferences).toBe(0);
    expect(rest.stockMoved).toBe(rest.unitsSold);
    expect(rest.chargedCents - rest.refundedCents).toBe(rest.orderTotalsPaidCents);
    expect(rest.orderTotalsPaidCents).toBeGreaterThan(0);
    expect(rest.refundedCents).toBeGreaterThan(0);

    const { fulfilment } = rest;
    expect(fulfilment.doneTwice).toBe(0);
    expect(fulfilment.chargedCents - fulfilment.refundedCents).toBe(fulfilment.feesHeldCents);
    expect(fulfilment.refundedCents).toBeGreaterThan(0);
    expect(fulfilment.unitsPacked).toBe(fulfilment.unitsHeld);
    expect(fulfilment.labelsValid).toBe(fulfilment.labelsHeld);
    expect(fulfilment.collected).toBe(fulfilment.pickupsHeld);
    expect(fulfilment.collected).toBeGreaterThanOrEqual(fulfilment.byState.completed);
    expect(fulfilment.byState.failed).toBe(0);

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
    const logs = await Promise.all(
      (["orders", "payments", "fulfilment", "relay"] as const).map((part) => shop.log(part)),
    );
    expect(logs.join("\n")).not.toMatch(/totalCents|unitPriceCents|postgresql:/);
    const [part] = [shop.parts.payments];
    await part.stop();
    expect(await part.exited).toEqual({ code: 0, signal: null });
  });
});
