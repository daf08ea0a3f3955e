import type { Pool, PoolClient } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { once } from "#kit/inbox.ts";
import { inTransaction } from "#kit/transaction.ts";
import { orderCreated, stockRejected } from "../../events.ts";
import { chargeOrder } from "./charge-order.ts";
import { refundPayment } from "./refund-payment.ts";

/** The group that charges and refunds. */
export const PAYMENTS_GROUP = "payments";

/** What payments does about the events of the others. Idempotency by inbox: an event is worked once, or not at all. */
export function paymentsHandlers(pool: Pool): Handler[] {
  const onceEach = async (eventId: string, work: (tx: PoolClient) => Promise<void>): Promise<void> => {
    await inTransaction(pool, (tx) => once(tx, { group: PAYMENTS_GROUP, eventId }, () => work(tx)));
  };
  return [
    handle(orderCreated, (message) => onceEach(message.eventId, (tx) => chargeOrder(tx, message))),
    handle(stockRejected, (message) => onceEach(message.eventId, (tx) => refundPayment(tx, message))),
  ];
}
