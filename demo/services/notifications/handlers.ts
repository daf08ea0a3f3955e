import type { Pool } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { insertOnce } from "#kit/idempotency/unique-constraint.ts";
import type { KitLog } from "#kit/log.ts";
import type { SqlClient } from "#kit/sql-client.ts";
import { orderCancelled, orderCompleted, orderCreated } from "../../events.ts";
import { shipmentNoticeRequested, shipmentNoticeSent } from "../../fulfilment-events.ts";
import { answer, answering } from "../../process/answering.ts";

/** The group that tells customers. */
export const NOTIFICATIONS_GROUP = "notifications";

/** What a customer is told. */
type NotificationKind = "order_received" | "order_completed" | "order_cancelled" | "order_shipped";

interface Addressee {
  readonly orderId: string;
  readonly customerId: string;
}

const INSERT_NOTIFICATION = "INSERT INTO notification (order_id, kind, customer_id) VALUES ($1, $2, $3)";

/**
 * What notifications does about the events of orders: fire and forget, nobody waits for it. Idempotency by unique
 * constraint: one row an order and kind, so a repeated event tells nobody twice; no inbox and no outbox is needed. The
 * saga `fulfilment` does wait for its answer, which takes both.
 */
export function notificationHandlers(pool: Pool, log: KitLog): Handler[] {
  const tell = async (
    kind: NotificationKind,
    { orderId, customerId }: Addressee,
    client: SqlClient = pool,
  ): Promise<void> => {
    const sent = await insertOnce(client, INSERT_NOTIFICATION, [orderId, kind, customerId]);
    log.debug({ orderId, kind, sent }, "Customer told");
  };
  const desk = { pool, group: NOTIFICATIONS_GROUP, service: "notifications", aggregateType: "shipment" };
  return [
    handle(orderCreated, (message) => tell("order_received", message.payload)),
    handle(orderCompleted, (message) => tell("order_completed", message.payload)),
    handle(orderCancelled, (message) => tell("order_cancelled", message.payload)),
    answering(desk, shipmentNoticeRequested, async (tx, shipment) => {
      await tell("order_shipped", shipment, tx);
      return answer(shipmentNoticeSent, { orderId: shipment.orderId });
    }),
  ];
}
