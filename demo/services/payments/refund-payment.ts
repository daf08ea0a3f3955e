import type { PoolClient } from "pg";
import { transition } from "#kit/idempotency/state-machine.ts";
import { causedBy, type Message } from "#kit/message.ts";
import { enqueue } from "#kit/outbox.ts";
import { CURRENCY } from "../../catalogue.ts";
import { paymentCancelled } from "../../events.ts";

/** A payment cannot be given back: it was declined, or is not known. */
export class PaymentStateError extends Error {
  override readonly name = "PaymentStateError";
}

/**
 * Gives a charge back, in the caller's transaction: the compensation of the saga. Idempotency by state machine, under
 * the inbox: a payment leaves `completed` once.
 * @throws PaymentStateError where there is no charge to give back.
 */
export async function refundPayment(
  tx: PoolClient,
  message: Message<{ readonly orderId: string; readonly paymentId: string }>,
): Promise<void> {
  const { orderId, paymentId } = message.payload;
  const moved = await transition(tx, {
    table: "payment",
    idColumn: "payment_id",
    stateColumn: "state",
    id: paymentId,
    from: ["completed"],
    to: "refunded",
  });
  if (moved === "already") return;
  if (moved === "refused") throw new PaymentStateError("Only a completed payment can be given back");
  const booked = await tx.query<{ amount_cents: number }>(
    `INSERT INTO ledger_entry (payment_id, order_id, kind, amount_cents, currency)
     SELECT payment_id, order_id, 'refund', amount_cents, currency FROM payment WHERE payment_id = $1
     RETURNING amount_cents`,
    [paymentId],
  );
  const refundedCents = booked.rows[0]?.amount_cents;
  if (refundedCents === undefined)
    throw new PaymentStateError("The payment vanished while it was given back");
  await enqueue(tx, {
    event: paymentCancelled,
    key: orderId,
    payload: { paymentId, orderId, refundedCents, currency: CURRENCY },
    service: "payments",
    aggregateType: "payment",
    ...causedBy(message),
  });
}
