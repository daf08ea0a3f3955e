import type { Pool } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { insertOnce } from "#kit/idempotency/unique-constraint.ts";
import type { KitLog } from "#kit/log.ts";
import { orderCancelled, orderCompleted, orderCreated } from "../../events.ts";

/** The group that tells customers. */
export const NOTIFICATIONS_GROUP = "notifications";

/** What a customer is told. */
type NotificationKind = "order_received" | "order_completed" | "order_cancelled";

interface Addressee {
  readonly orderId: string;
  readonly customerId: string;
}

/**
 * What notifications does about the events of orders: fire and forget, nobody waits for it. Idempotency by unique
 * constraint: one row an order and kind, so a repeated event tells nobody twice; no inbox and no outbox is needed.
 */
export function notificationHandlers(pool: Pool, log: KitLog): Handler[] {
  const tell = async (kind: NotificationKind, { orderId, customerId }: Addressee): Promise<void> => {
    const sent = await insertOnce(
      pool,
      "INSERT INTO notification (order_id, kind, customer_id) VALUES ($1, $2, $3)",
      [orderId, kind, customerId],
    );
    log.debug({ orderId, kind, sent }, "Customer told");
  };
  return [
    handle(orderCreated, (message) => tell("order_received", message.payload)),
    handle(orderCompleted, (message) => tell("order_completed", message.payload)),
    handle(orderCancelled, (message) => tell("order_cancelled", message.payload)),
  ];
}
