import type { Pool, PoolClient } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { insertOnce } from "#kit/idempotency/unique-constraint.ts";
import { updateVersioned, VersionConflictError } from "#kit/idempotency/version.ts";
import { inTransaction } from "#kit/transaction.ts";
import { orderCancelled, orderCompleted, orderCreated } from "../../events.ts";

/** The group that keeps `order_view`, a second reader of the hot topic beside payments and notifications. */
export const PROJECTION_GROUP = "orders-projection";

/** An order as one of its events tells it. */
interface OrderFact {
  readonly orderId: string;
  readonly customerId: string;
  readonly totalCents: number;
  readonly version: number;
}

interface ViewRow {
  version: number;
}

/**
 * Writes what an event tells, unless the view knows as much or more. Idempotency by version: no inbox, no order
 * between topics needed. A repeat, or a `created` that arrives after `completed`, finds a version as high as its own.
 * @throws VersionConflictError where another writer was faster; the next attempt decides again.
 */
export async function applyToView(tx: PoolClient, state: string, fact: OrderFact): Promise<void> {
  const found = await tx.query<ViewRow>("SELECT version FROM order_view WHERE order_id = $1", [fact.orderId]);
  const known = found.rows[0];
  if (known && known.version >= fact.version) return;
  const values = [fact.orderId, fact.customerId, state, fact.totalCents, fact.version];
  if (known) {
    await updateVersioned(tx, {
      what: "The order's view",
      sql: `UPDATE order_view SET customer_id = $2, state = $3, total_cents = $4, version = $5
             WHERE order_id = $1 AND version = $6`,
      values: [...values, known.version],
      expectedVersion: known.version,
    });
    return;
  }
  const written = await insertOnce(
    tx,
    "INSERT INTO order_view (order_id, customer_id, state, total_cents, version) VALUES ($1, $2, $3, $4, $5)",
    values,
  );
  if (written === "already") throw new VersionConflictError("The order's view", 0);
}

/** What the projection does about the events of orders. */
export function projectionHandlers(pool: Pool): Handler[] {
  const apply = (state: string, fact: OrderFact): Promise<void> =>
    inTransaction(pool, (tx) => applyToView(tx, state, fact));
  return [
    handle(orderCreated, (message) => apply("created", message.payload)),
    handle(orderCompleted, (message) => apply("completed", message.payload)),
    handle(orderCancelled, (message) => apply("cancelled", message.payload)),
  ];
}
