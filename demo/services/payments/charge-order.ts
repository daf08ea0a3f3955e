import type { PoolClient } from "pg";
import { causedBy, type Message } from "#kit/message.ts";
import { enqueue } from "#kit/outbox.ts";
import { type OrderCreated, paymentCompleted, paymentFailed } from "../../events.ts";
import { newId } from "../../ids.ts";
import { assertPayable, declineReason } from "../../rules.ts";

/**
 * Charges or declines an order, in the caller's transaction, and enqueues the event that says so. Not safe to repeat
 * by itself: the inbox around it is.
 * @throws BrokenOrderError for an order that breaks a rule; the consumer tries it three times.
 */
export async function chargeOrder(tx: PoolClient, message: Message<OrderCreated>): Promise<void> {
  const order = message.payload;
  assertPayable(order);
  const { orderId, totalCents, currency } = order;
  const paymentId = newId("pay");
  const reason = declineReason(order);
  const about = { key: orderId, service: "payments", aggregateType: "payment", ...causedBy(message) };
  await tx.query(
    `INSERT INTO payment (payment_id, order_id, customer_id, state, decline_reason, amount_cents, currency)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      paymentId,
      orderId,
      order.customerId,
      reason === undefined ? "completed" : "declined",
      reason,
      totalCents,
      currency,
    ],
  );
  if (reason !== undefined) {
    await enqueue(tx, { event: paymentFailed, payload: { paymentId, orderId, reason }, ...about });
    return;
  }
  await tx.query(
    `INSERT INTO ledger_entry (payment_id, order_id, kind, amount_cents, currency)
     VALUES ($1, $2, 'charge', $3, $4)`,
    [paymentId, orderId, totalCents, currency],
  );
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  await enqueue(tx, {
    event: paymentCompleted,
    payload: { paymentId, orderId, amountCents: totalCents, currency, lines },
    ...about,
  });
}
