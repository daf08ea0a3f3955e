import { randomBytes } from "node:crypto";
import type { PoolClient } from "pg";
import { enqueue } from "#kit/outbox.ts";
import { CURRENCY } from "../../catalogue.ts";
import { type OrderCreated, orderCreated } from "../../events.ts";
import type { OrderDraft } from "./draft-order.ts";

/** Where an order came in: through the outbox, or over the import that publishes by itself (see broken-publisher). */
export type OrderChannel = "checkout" | "import";

/** A new W3C trace context: an order is the root of its trace. */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
}

/** The first event of an order. */
export function createdEvent(draft: OrderDraft): OrderCreated {
  return {
    orderId: draft.orderId,
    customerId: draft.customerId,
    lines: draft.lines,
    totalCents: draft.totalCents,
    currency: CURRENCY,
    version: 1,
  };
}

/** Writes an order and its lines, in the caller's transaction. */
export async function writeOrder(tx: PoolClient, draft: OrderDraft, channel: OrderChannel): Promise<void> {
  await tx.query(
    `INSERT INTO customer_order (order_id, customer_id, channel, state, total_cents, currency)
     VALUES ($1, $2, $3, 'created', $4, $5)`,
    [draft.orderId, draft.customerId, channel, draft.totalCents, CURRENCY],
  );
  await tx.query(
    `INSERT INTO order_line (order_id, sku, quantity, unit_price_cents)
     SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::integer[])`,
    [
      draft.orderId,
      draft.lines.map((line) => line.sku),
      draft.lines.map((line) => line.quantity),
      draft.lines.map((line) => line.unitPriceCents),
    ],
  );
}

/**
 * Places an order as the checkout does: the order and its event in one transaction, by the outbox. `told` is what the
 * event says of it, and differs from the order where the weather has it so.
 */
export async function placeOrder(tx: PoolClient, draft: OrderDraft, told = draft): Promise<void> {
  await writeOrder(tx, draft, "checkout");
  await enqueue(tx, {
    event: orderCreated,
    key: draft.orderId,
    payload: createdEvent(told),
    traceparent: newTraceparent(),
    service: "orders",
    aggregateType: "order",
  });
}
