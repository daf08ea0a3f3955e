import { randomUUID } from "node:crypto";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OrderCreated, orderCreated } from "#demo/events.ts";
import { setUpDatabase } from "#demo/setup-database.ts";
import { inventoryHandlers } from "#demo/services/inventory/handlers.ts";
import { type PaidOrder, reserveStock } from "#demo/services/inventory/reserve-stock.ts";
import { notificationHandlers } from "#demo/services/notifications/handlers.ts";
import { placeOrder } from "#demo/services/orders/place-order.ts";
import { applyToView } from "#demo/services/orders/projection.ts";
import { OrderStateError, settleOrder } from "#demo/services/orders/settle-order.ts";
import { paymentsHandlers } from "#demo/services/payments/handlers.ts";
import { PaymentStateError, refundPayment } from "#demo/services/payments/refund-payment.ts";
import type { EventDefinition } from "#kit/event.ts";
import type { Handler } from "#kit/handler.ts";
import { VersionConflictError } from "#kit/idempotency/version.ts";
import type { Message } from "#kit/message.ts";
import { inTransaction } from "#kit/transaction.ts";
import type { TestDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";
import { shopDatabase } from "./shop-database.ts";

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};
const calm = {
  scenario: () => "calm" as const,
  takingOrders: () => true,
  stop: () => Promise.resolve(),
};
const alive = { signal: new AbortController().signal, value: null };

let database: TestDatabase;
let orders: Pool;
let payments: Pool;
let inventory: Pool;
let notifications: Pool;

function messageOf<T>(event: EventDefinition<T>, payload: T): Message<T> {
  const eventId = randomUUID();
  return {
    eventId,
    eventType: event.topic,
    occurredAt: 0,
    correlationId: eventId,
    producer: "test",
    key: null,
    payload,
    topic: event.topic,
    baseTopic: event.topic,
    partition: 0,
    offset: 0n,
    attempt: 1,
    headers: {},
  };
}

function handlerOf(handlers: Handler[], topic: string): Handler {
  return handlers.find(({ event }) => event.topic === topic)!;
}

async function rows(pool: Pool, sql: string, values: unknown[] = []): Promise<unknown[]> {
  return (await pool.query<Record<string, unknown>>(sql, values)).rows;
}

/** A message about an order or a payment, of whatever event. */
function about<T>(payload: T): Message<T> {
  return messageOf(orderCreated as unknown as EventDefinition<T>, payload);
}

function newOrder(): OrderCreated {
  return {
    orderId: `ord_${randomUUID()}`,
    customerId: "cus_000012",
    lines: [{ sku: "MUG", quantity: 1, unitPriceCents: 1_490 }],
    totalCents: 1_980,
    currency: "EUR",
    version: 1,
  };
}

async function placed(): Promise<OrderCreated> {
  const order = newOrder();
  await inTransaction(orders, (tx) => placeOrder(tx, order));
  return order;
}

const settled = (orderId: string, to: Parameters<typeof settleOrder>[2]): Promise<void> =>
  inTransaction(orders, (tx) => settleOrder(tx, about({ orderId }), to));

beforeAll(async () => {
  database = await shopDatabase();
  const urls = await setUpDatabase(database.url);
  const open = (connectionString: string): Pool => {
    const pool = new Pool({ connectionString, max: 4 });
    // Dropping the database may overtake the end of a connection.
    pool.on("error", () => undefined);
    return pool;
  };
  orders = open(urls.orders);
  payments = open(urls.payments);
  inventory = open(urls.inventory);
  notifications = open(urls.notifications);
});

afterAll(async () => {
  await Promise.all([orders, payments, inventory, notifications].map((pool) => pool.end()));
  await database.drop();
});

describe("by state machine: an order ends once", () => {
  const ends =
    "SELECT topic, payload::json->>'version' AS version FROM outbox WHERE aggregateid = $1 ORDER BY seq";

  it("completes once, however often it is told", async () => {
    const { orderId } = await placed();
    await settled(orderId, { to: "completed" });
    await settled(orderId, { to: "completed" });
    expect(await rows(orders, ends, [orderId])).toEqual([
      { topic: "order.order.created", version: "1" },
      { topic: "order.order.completed", version: "2" },
    ]);
  });

  it("refuses to complete after a cancellation that overtook it, and enqueues nothing", async () => {
    const { orderId } = await placed();
    await settled(orderId, { to: "cancelled", reason: "out_of_stock" });
    await expect(settled(orderId, { to: "completed" })).rejects.toThrow(OrderStateError);
    expect(await rows(orders, ends, [orderId])).toHaveLength(2);
    expect(
      await rows(orders, "SELECT state, cancel_reason FROM customer_order WHERE order_id = $1", [orderId]),
    ).toEqual([{ state: "cancelled", cancel_reason: "out_of_stock" }]);
  });

  it("refuses an order it does not know", async () => {
    await expect(settled("ord_unknown", { to: "completed" })).rejects.toThrow(OrderStateError);
  });
});

describe("by inbox: an order is charged once", () => {
  const ledger = "SELECT kind, amount_cents FROM ledger_entry WHERE order_id = $1 ORDER BY entry_id";
  const charge = (message: Message<OrderCreated>): Promise<void> =>
    handlerOf(paymentsHandlers(payments, calm), orderCreated.topic).run(message, alive);

  it("swallows the same event twice, also at the same moment", async () => {
    const message = about(newOrder());
    await Promise.all([charge(message), charge(message), charge(message)]);
    await charge(message);
    expect(await rows(payments, ledger, [message.payload.orderId])).toEqual([
      { kind: "charge", amount_cents: 1_980 },
    ]);
    expect(
      await rows(payments, "SELECT topic FROM outbox WHERE aggregateid = $1", [message.payload.orderId]),
    ).toEqual([{ topic: "order.payment.completed" }]);
  });

  it("leaves no mark of work that failed, so that the next attempt works", async () => {
    const message = about({ ...newOrder(), totalCents: 1 });
    await expect(charge(message)).rejects.toThrow("the sum of its lines");
    await charge({ ...message, payload: { ...message.payload, totalCents: 1_980 } });
    expect(await rows(payments, ledger, [message.payload.orderId])).toHaveLength(1);
  });

  it("gives a charge back once, and never one that was declined", async () => {
    const bought = about(newOrder());
    const declined = about({ ...newOrder(), customerId: "cus_000041" });
    await charge(bought);
    await charge(declined);
    const paymentOf = async (orderId: string): Promise<string> =>
      (
        await payments.query<{ id: string }>("SELECT payment_id AS id FROM payment WHERE order_id = $1", [
          orderId,
        ])
      ).rows[0]!.id;
    const refund = async (orderId: string): Promise<void> => {
      const paymentId = await paymentOf(orderId);
      await inTransaction(payments, (tx) => refundPayment(tx, about({ orderId, paymentId })));
    };
    await refund(bought.payload.orderId);
    await refund(bought.payload.orderId);
    expect(await rows(payments, ledger, [bought.payload.orderId])).toEqual([
      { kind: "charge", amount_cents: 1_980 },
      { kind: "refund", amount_cents: 1_980 },
    ]);
    await expect(refund(declined.payload.orderId)).rejects.toThrow(PaymentStateError);
  });
});

describe("inventory", () => {
  const paid = (lines: PaidOrder["lines"]): Message<PaidOrder> =>
    about({
      paymentId: "pay_1",
      orderId: `ord_${randomUUID()}`,
      amountCents: 1_980,
      currency: "EUR" as const,
      lines,
    });

  beforeAll(async () => {
    await inventory.query("INSERT INTO stock (sku, level) VALUES ('MUG', 0), ('TEE', 0)");
    await inventory.query("UPDATE stock SET level = 10 WHERE sku = 'MUG'");
    await inventory.query("INSERT INTO stock_movement (sku, units) VALUES ('MUG', 10)");
  });

  it("sets all lines aside or none", async () => {
    const message = paid([
      { sku: "MUG", quantity: 1 },
      { sku: "TEE", quantity: 1 },
    ]);
    await inTransaction(inventory, (tx) => reserveStock(tx, message));
    expect(await rows(inventory, "SELECT level FROM stock WHERE sku = 'MUG'")).toEqual([{ level: 10 }]);
    expect(
      await rows(
        inventory,
        "SELECT topic, payload::json->>'missingSku' AS sku FROM outbox WHERE aggregateid = $1",
        [message.payload.orderId],
      ),
    ).toEqual([{ topic: "inventory.stock.rejected", sku: "TEE" }]);
  });

  it("sets an order aside once, by its inbox", async () => {
    const handler = handlerOf(inventoryHandlers(inventory, calm), "order.payment.completed");
    const message = paid([{ sku: "MUG", quantity: 2 }]);
    await handler.run(message, alive);
    await handler.run(message, alive);
    expect(await rows(inventory, "SELECT level FROM stock WHERE sku = 'MUG'")).toEqual([{ level: 8 }]);
  });
});

describe("by version: the order's view", () => {
  const view = (orderId: string): Promise<unknown[]> =>
    rows(orders, "SELECT state, version FROM order_view WHERE order_id = $1", [orderId]);
  const apply = (tx: PoolClient, state: string, orderId: string): Promise<void> =>
    applyToView(tx, state, {
      orderId,
      customerId: "cus_000012",
      totalCents: 1_980,
      version: state === "created" ? 1 : 2,
    });

  it.each([
    { told: ["created", "completed"] },
    { told: ["completed", "created"] },
    { told: ["created", "completed", "created", "completed"] },
  ])("ends as completed when told $told", async ({ told }) => {
    const orderId = `ord_${randomUUID()}`;
    for (const state of told) await inTransaction(orders, (tx) => apply(tx, state, orderId));
    expect(await view(orderId)).toEqual([{ state: "completed", version: 2 }]);
  });

  it("reports a conflict where another writer was faster", async () => {
    const orderId = `ord_${randomUUID()}`;
    await inTransaction(orders, (tx) => apply(tx, "created", orderId));
    let slower: Promise<void> | undefined;
    await inTransaction(orders, async (faster) => {
      await apply(faster, "completed", orderId);
      slower = inTransaction(orders, (tx) => apply(tx, "completed", orderId));
      slower.catch(() => undefined); // Asserted below; the wait must not see an unhandled rejection.
      await until(async () => (await rows(orders, "SELECT 1 FROM pg_locks WHERE NOT granted")).length > 0, {
        limitMs: 5_000,
        what: "the slower writer's wait",
      });
    });
    await expect(slower).rejects.toThrow(VersionConflictError);
    expect(await view(orderId)).toEqual([{ state: "completed", version: 2 }]);
  });
});

describe("by unique constraint: a customer is told once", () => {
  it("sends one notification of a kind an order", async () => {
    const handler = handlerOf(notificationHandlers(notifications, silent), orderCreated.topic);
    const message = about(newOrder());
    await Promise.all([handler.run(message, alive), handler.run(message, alive)]);
    await handler.run(messageOf(orderCreated, message.payload), alive);
    expect(
      await rows(notifications, "SELECT kind FROM notification WHERE order_id = $1", [
        message.payload.orderId,
      ]),
    ).toEqual([{ kind: "order_received" }]);
  });
});
