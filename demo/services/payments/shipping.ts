import type { PoolClient } from "pg";
import { FatalError } from "#kit/error-class.ts";
import type { Answer } from "#kit/saga/participant.ts";
import { CURRENCY } from "../../catalogue.ts";
import { isFeeDeclined } from "../../delivery.ts";
import { shippingCharged, shippingDeclined, shippingRefunded } from "../../fulfilment-events.ts";
import { newId } from "../../ids.ts";
import { answer } from "../../process/answering.ts";

/** The bank refuses to give the fee back; no retry of the consumer would change that. */
export class ShippingRefundError extends FatalError {
  override readonly name = "ShippingRefundError";
}

/**
 * Charges the courier's fee of an order, in the caller's transaction. Not safe to repeat by itself: the inbox around
 * it is.
 */
export async function chargeShipping(
  tx: PoolClient,
  { orderId, feeCents }: { readonly orderId: string; readonly feeCents: number },
): Promise<Answer> {
  if (isFeeDeclined(orderId)) return answer(shippingDeclined, { orderId, reason: "card_declined" });
  const chargeId = newId("shp");
  await tx.query(
    `INSERT INTO shipping_entry (charge_id, order_id, kind, amount_cents, currency)
     VALUES ($1, $2, 'charge', $3, $4)`,
    [chargeId, orderId, feeCents, CURRENCY],
  );
  return answer(shippingCharged, { orderId, chargeId, feeCents, currency: CURRENCY });
}

/**
 * Gives the courier's fee back, in the caller's transaction: the compensation of {@link chargeShipping}. Bears an
 * order that was never charged.
 */
export async function refundShipping(
  tx: PoolClient,
  { orderId }: { readonly orderId: string },
): Promise<Answer> {
  const refunded = await tx.query<{ amount_cents: number }>(
    `INSERT INTO shipping_entry (charge_id, order_id, kind, amount_cents, currency)
     SELECT charge_id, order_id, 'refund', amount_cents, currency FROM shipping_entry
      WHERE order_id = $1 AND kind = 'charge'
     RETURNING amount_cents`,
    [orderId],
  );
  const refundedCents = refunded.rows.reduce((sum, row) => sum + row.amount_cents, 0);
  return answer(shippingRefunded, { orderId, refundedCents, currency: CURRENCY });
}
