import { randomUUID } from "node:crypto";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasVan, isFeeDeclined, meetsBrokenPrinter } from "#demo/delivery.ts";
import {
  allocationRequested,
  labelRequested,
  labelVoidRequested,
  pickupRequested,
  releaseRequested,
  shipmentNoticeRequested,
  shippingRefundRequested,
  shippingRequested,
} from "#demo/fulfilment-events.ts";
import type { ScenarioName } from "#demo/scenarios/scenario.ts";
import { courierHandlers } from "#demo/services/courier/handlers.ts";
import { collectParcel, printLabel } from "#demo/services/courier/labels.ts";
import { inventoryHandlers } from "#demo/services/inventory/handlers.ts";
import { packParcel } from "#demo/services/inventory/pack-parcel.ts";
import { notificationHandlers } from "#demo/services/notifications/handlers.ts";
import { paymentsHandlers } from "#demo/services/payments/handlers.ts";
import { chargeShipping, ShippingRefundError } from "#demo/services/payments/shipping.ts";
import { setUpDatabase } from "#demo/setup-database.ts";
import type { EventDefinition } from "#kit/event.ts";
import type { Handler } from "#kit/handler.ts";
import type { Message } from "#kit/message.ts";
import type { Answer } from "#kit/saga/participant.ts";
import { inTransaction } from "#kit/transaction.ts";
import type { TestDatabase } from "../../support/database.ts";
import { shopDatabase } from "./shop-database.ts";

const alive = { signal: new AbortController().signal, value: null };
const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

let database: TestDatabase;
let pools: Record<"inventory" | "payments" | "courier" | "notifications", Pool>;

const skyOf = (name: ScenarioName) => ({
  scenario: () => name,
  takingOrders: () => true,
  stop: () => Promise.resolve(),
});
const calm = skyOf("calm");

/** The id of an order on which nothing is refused for its own sake, unless another is asked for. */
function orderId(fits: (id: string) => boolean = (id) => !isFeeDeclined(id) && hasVan(id)): string {
  for (;;) {
    const id = `ord_${randomUUID()}`;
    if (fits(id)) return id;
  }
}

/** A command as the orchestrator sends it; each call is a send of its own, under the key of its step. */
function commandOf<T extends { readonly orderId: string }>(
  event: EventDefinition<T>,
  payload: T,
  key = "step/1",
): Message<unknown> {
  const { orderId } = payload;
  const eventId = randomUUID();
  return {
    eventId,
    eventType: event.topic,
    occurredAt: 0,
    correlationId: eventId,
    producer: "fulfilment",
    key: orderId,
    payload,
    topic: event.topic,
    baseTopic: event.topic,
    partition: 0,
    offset: 0n,
    attempt: 1,
    headers: {
      "saga-type": "fulfilment",
      "saga-id": orderId,
      "saga-step": "step",
      "saga-command": `fulfilment/${orderId}/${key}`,
    },
  };
}

async function run(handlers: Handler[], message: Message<unknown>): Promise<void> {
  await handlers.find(({ event }) => event.topic === message.baseTopic)!.run(message, alive);
}

async function rows(pool: Pool, sql: string, values: unknown[] = []): Promise<unknown[]> {
  return (await pool.query<Record<string, unknown>>(sql, values)).rows;
}

/** Sets goods aside for an order, as inventory does when it is paid. */
async function setAside(order: string, units: number): Promise<void> {
  await pools.inventory.query("INSERT INTO stock (sku, level) VALUES ('MUG', 100) ON CONFLICT DO NOTHING");
  await pools.inventory.query("INSERT INTO reservation (reservation_id, order_id) VALUES ($1, $2)", [
    `res_${order}`,
    order,
  ]);
  await pools.inventory.query(
    "INSERT INTO stock_movement (sku, units, reservation_id) VALUES ('MUG', $2, $1)",
    [`res_${order}`, -units],
  );
}

const inTx = (pool: Pool, work: (tx: PoolClient) => Promise<Answer>): Promise<Answer> =>
  inTransaction(pool, work);

/** What can be undone: who does it, its command and its compensation, and what is left of it. */
const UNDOABLE = [
  {
    what: "a parcel",
    service: "inventory" as const,
    handlers: () => inventoryHandlers(pools.inventory, calm),
    work: (order: string) => commandOf(allocationRequested, { orderId: order }),
    undo: (order: string) => commandOf(releaseRequested, { orderId: order }, "step/1/undo"),
    done: "inventory.allocation.made",
    undone: "inventory.allocation.released",
    left: "coalesce(sum(CASE kind WHEN 'packed' THEN units ELSE -units END), 0)::int AS still FROM parcel_entry",
    worth: 2,
  },
  {
    what: "the courier's fee",
    service: "payments" as const,
    handlers: () => paymentsHandlers(pools.payments, calm),
    work: (order: string) => commandOf(shippingRequested, { orderId: order, feeCents: 770, currency: "EUR" }),
    undo: (order: string) => commandOf(shippingRefundRequested, { orderId: order }, "step/1/undo"),
    done: "payment.shipping.charged",
    undone: "payment.shipping.refunded",
    left: "coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents ELSE -amount_cents END), 0)::int AS still FROM shipping_entry",
    worth: 770,
  },
  {
    what: "a label",
    service: "courier" as const,
    handlers: () => courierHandlers(pools.courier, calm),
    work: (order: string) => commandOf(labelRequested, { orderId: order, postcode: "10115", units: 2 }),
    undo: (order: string) => commandOf(labelVoidRequested, { orderId: order }, "step/1/undo"),
    done: "courier.label.printed",
    undone: "courier.label.voided",
    left: "coalesce(sum(CASE kind WHEN 'printed' THEN 1 ELSE -1 END), 0)::int AS still FROM courier_entry",
    worth: 1,
  },
];

beforeAll(async () => {
  database = await shopDatabase();
  const urls = await setUpDatabase(database.url);
  const open = (connectionString: string): Pool => {
    const pool = new Pool({ connectionString, max: 8 });
    // Dropping the database may overtake the end of a connection.
    pool.on("error", () => undefined);
    return pool;
  };
  pools = {
    inventory: open(urls.inventory),
    payments: open(urls.payments),
    courier: open(urls.courier),
    notifications: open(urls.notifications),
  };
});

afterAll(async () => {
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
  await database.drop();
});

describe.each(UNDOABLE)("$what", ({ service, handlers, work, undo, done, undone, left, worth }) => {
  const leftOf = async (order: string): Promise<unknown> =>
    (await rows(pools[service], `SELECT ${left} WHERE order_id = $1`, [order]))[0];
  const answersTo = async (order: string): Promise<{ topic: string; said: unknown }[]> => {
    const sql = "SELECT topic, payload::jsonb AS said FROM outbox WHERE aggregateid = $1 ORDER BY seq";
    return (await rows(pools[service], sql, [order])) as { topic: string; said: unknown }[];
  };
  const newOrder = async (): Promise<string> => {
    const order = orderId();
    if (service === "inventory") await setAside(order, 2);
    return order;
  };

  it("is done and undone, each once however often it is asked", async () => {
    const order = await newOrder();
    for (const message of [work(order), work(order)]) await run(handlers(), message);
    expect(await leftOf(order)).toEqual({ still: worth });
    for (const message of [undo(order), undo(order), work(order)]) await run(handlers(), message);
    expect(await leftOf(order)).toEqual({ still: 0 });
    const answers = await answersTo(order);
    expect(answers.map(({ topic }) => topic)).toEqual([done, done, undone, undone, done]);
    expect([answers[1], answers[4], answers[2]]).toEqual([answers[0], answers[0], answers[3]]);
  });

  it("bears to be undone before it was done, and is not done afterwards", async () => {
    const order = await newOrder();
    await run(handlers(), undo(order));
    await run(handlers(), work(order));
    expect(await leftOf(order)).toEqual({ still: 0 });
    expect((await answersTo(order)).map(({ topic }) => topic)).toEqual([undone]);
  });

  it("is never left done when it is done and undone at the same moment", async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, newOrder));
    await Promise.all(
      orders.flatMap((order, index) => {
        const both = [work(order), undo(order)];
        return (index % 2 === 0 ? both : both.reverse()).map((message) => run(handlers(), message));
      }),
    );
    for (const order of orders) expect(await leftOf(order)).toEqual({ still: 0 });
  });
});

describe("a notice of shipment", () => {
  it("tells the customer once, and is answered each time it is asked for", async () => {
    const order = orderId();
    const notice = { orderId: order, customerId: "cus_000012", trackingNumber: null };
    for (const message of [
      commandOf(shipmentNoticeRequested, notice),
      commandOf(shipmentNoticeRequested, notice),
    ])
      await run(notificationHandlers(pools.notifications, silent), message);
    expect(
      await rows(pools.notifications, "SELECT kind FROM notification WHERE order_id = $1", [order]),
    ).toEqual([{ kind: "order_shipped" }]);
    expect(
      await rows(pools.notifications, "SELECT topic FROM outbox WHERE aggregateid = $1", [order]),
    ).toEqual([{ topic: "notification.shipment.sent" }, { topic: "notification.shipment.sent" }]);
  });
});

describe("a refusal", () => {
  const reasonOf = ({ payload }: Answer): unknown => (payload as { reason?: unknown }).reason;

  it("names its reason and leaves nothing done", async () => {
    const large = orderId();
    await setAside(large, 5);
    expect(reasonOf(await inTx(pools.inventory, (tx) => packParcel(tx, large)))).toBe("too_large");
    const broke = orderId(isFeeDeclined);
    const charge = { orderId: broke, feeCents: 730 };
    expect(reasonOf(await inTx(pools.payments, (tx) => chargeShipping(tx, charge)))).toBe("card_declined");
    const far = { orderId: orderId(), postcode: "25999" };
    expect(reasonOf(await inTx(pools.courier, (tx) => printLabel(tx, far, false)))).toBe(
      "address_not_served",
    );
    const stuck = { orderId: orderId((id) => !hasVan(id)), trackingNumber: null };
    expect(reasonOf(await inTx(pools.courier, (tx) => collectParcel(tx, stuck)))).toBe("no_van");
    for (const [pool, table, order] of [
      [pools.inventory, "parcel_entry", large],
      [pools.payments, "shipping_entry", broke],
      [pools.courier, "courier_entry", far.orderId],
      [pools.courier, "courier_entry", stuck.orderId],
    ] as const)
      expect(await rows(pool, `SELECT 1 FROM ${table} WHERE order_id = $1`, [order])).toEqual([]);
  });

  it("of a label in the weather compensation-fails, and none of the refund: that throws", async () => {
    const sky = skyOf("compensation-fails");
    const order = orderId(meetsBrokenPrinter);
    await run(
      courierHandlers(pools.courier, sky),
      commandOf(labelRequested, { orderId: order, postcode: "10115", units: 1 }),
    );
    expect(
      await rows(pools.courier, "SELECT payload::json->>'reason' AS why FROM outbox WHERE aggregateid = $1", [
        order,
      ]),
    ).toEqual([{ why: "printer_down" }]);
    const refund = commandOf(shippingRefundRequested, { orderId: order }, "step/1/undo");
    await expect(run(paymentsHandlers(pools.payments, sky), refund)).rejects.toThrow(ShippingRefundError);
    await run(paymentsHandlers(pools.payments, calm), refund);
    expect(await rows(pools.payments, "SELECT topic FROM outbox WHERE aggregateid = $1", [order])).toEqual([
      { topic: "payment.shipping.refunded" },
    ]);
  });
});

describe("the courier in the weather slow-reply", () => {
  it("takes its time for work, and none for what it did before", async () => {
    const [handler] = courierHandlers(pools.courier, skyOf("slow-reply"));
    const order = orderId();
    const printed = "SELECT kind FROM courier_entry WHERE order_id = $1";
    const message = commandOf(labelRequested, { orderId: order, postcode: "10115", units: 1 });
    const stopping = new AbortController();
    const slow = handler!.run(message, { ...alive, signal: stopping.signal });
    expect(await rows(pools.courier, printed, [order])).toEqual([]);
    stopping.abort();
    await slow;
    expect(await rows(pools.courier, printed, [order])).toEqual([{ kind: "printed" }]);
    // It would last longer than a test may.
    await handler!.run({ ...message, eventId: randomUUID() }, alive);
    expect(await rows(pools.courier, printed, [order])).toHaveLength(1);
  });
});

describe("a pickup", () => {
  it("writes the label itself where that step was skipped", async () => {
    const order = orderId();
    await run(
      courierHandlers(pools.courier, calm),
      commandOf(pickupRequested, { orderId: order, bay: null, trackingNumber: null }),
    );
    expect(
      await rows(pools.courier, "SELECT kind FROM courier_entry WHERE order_id = $1 ORDER BY entry_id", [
        order,
      ]),
    ).toEqual([{ kind: "printed" }, { kind: "collected" }]);
  });
});
