import type { Pool } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { once } from "#kit/inbox.ts";
import type { Message } from "#kit/message.ts";
import { inTransaction } from "#kit/transaction.ts";
import { paymentCancelled, paymentFailed, stockReserved } from "../../events.ts";
import { type Settlement, settleOrder } from "./settle-order.ts";

/** The group that ends orders. */
export const ORDERS_GROUP = "orders";

/** What orders does about the events of the others. */
export function ordersHandlers(pool: Pool): Handler[] {
  const settle = async (message: Message<{ readonly orderId: string }>, to: Settlement): Promise<void> => {
    await inTransaction(pool, (tx) =>
      once(tx, { group: ORDERS_GROUP, eventId: message.eventId }, () => settleOrder(tx, message, to)),
    );
  };
  return [
    handle(stockReserved, (message) => settle(message, { to: "completed" })),
    handle(paymentFailed, (message) => settle(message, { to: "cancelled", reason: "payment_failed" })),
    handle(paymentCancelled, (message) => settle(message, { to: "cancelled", reason: "out_of_stock" })),
  ];
}
