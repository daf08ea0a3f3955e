import type { PoolClient } from "pg";
import { transition } from "#kit/idempotency/state-machine.ts";
import { causedBy, type Message } from "#kit/message.ts";
import { enqueue } from "#kit/outbox.ts";
import { CURRENCY } from "../../catalogue.ts";
import { type CancelReason, orderCancelled, orderCompleted } from "../../events.ts";

/** How an order ends. */
export type Settlement =
  { readonly to: "completed" } | { readonly to: "cancelled"; readonly reason: CancelReason };

/** An order stands in a state from which it cannot end so: cancelled already, completed already, or unknown. */
export class OrderStateError extends Error {
  override readonly name = "OrderStateError";
}

interface SettledRow {
  customer_id: string;
  total_cents: number;
  version: number;
}

/**
 * Ends an order, in the caller's transaction, and enqueues the event that says so. Idempotency by state machine: an
 * order leaves `created` once, whatever arrives again, and on whichever topic.
 * @throws OrderStateError where the order ended otherwise before, or is not known.
 */
export async function settleOrder(
  tx: PoolClient,
  message: Message<{ readonly orderId: string }>,
  settlement: Settlement,
): Promise<void> {
  const { orderId } = message.payload;
  const moved = await transition(tx, {
    table: "customer_order",
    idColumn: "order_id",
    stateColumn: "state",
    id: orderId,
    from: ["created"],
    to: settlement.to,
  });
  if (moved === "already") return;
  if (moved === "refused")
    throw new OrderStateError(`An order cannot become ${settlement.to} from its state`);
  const updated = await tx.query<SettledRow>(
    `UPDATE customer_order SET version = version + 1, cancel_reason = $2, updated_at = clock_timestamp()
      WHERE order_id = $1 RETURNING customer_id, total_cents, version`,
    [orderId, settlement.to === "cancelled" ? settlement.reason : null],
  );
  const row = updated.rows[0];
  if (!row) throw new OrderStateError("The order vanished while it was settled");
  const ended = {
    orderId,
    customerId: row.customer_id,
    totalCents: row.total_cents,
    currency: CURRENCY,
    version: row.version,
  };
  const about = { key: orderId, service: "orders", aggregateType: "order", ...causedBy(message) };
  if (settlement.to === "completed") await enqueue(tx, { event: orderCompleted, payload: ended, ...about });
  else {
    await enqueue(tx, { event: orderCancelled, payload: { ...ended, reason: settlement.reason }, ...about });
  }
}
