import type { Pool, PoolClient } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { once } from "#kit/inbox.ts";
import { inTransaction } from "#kit/transaction.ts";
import { orderCreated, stockRejected } from "../../events.ts";
import { shippingRefundRequested, shippingRequested } from "../../fulfilment-events.ts";
import { answering, before } from "../../process/answering.ts";
import type { Weather } from "../../process/weather.ts";
import { chargeOrder } from "./charge-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { chargeShipping, refundShipping, ShippingRefundError } from "./shipping.ts";

/** The group that charges and refunds. */
export const PAYMENTS_GROUP = "payments";

/**
 * What payments does about the events of the others, and as a participant of the saga `fulfilment`. Idempotency by
 * inbox: an event or a command is worked once, or not at all.
 */
export function paymentsHandlers(pool: Pool, weather: Weather): Handler[] {
  const desk = { pool, group: PAYMENTS_GROUP, service: "payments", aggregateType: "shipping" };
  const onceEach = async (eventId: string, work: (tx: PoolClient) => Promise<void>): Promise<void> => {
    await inTransaction(pool, (tx) => once(tx, { group: PAYMENTS_GROUP, eventId }, () => work(tx)));
  };
  return [
    handle(orderCreated, (message) => onceEach(message.eventId, (tx) => chargeOrder(tx, message))),
    handle(stockRejected, (message) => onceEach(message.eventId, (tx) => refundPayment(tx, message))),
    answering(desk, shippingRequested, chargeShipping),
    before(answering(desk, shippingRefundRequested, refundShipping), () => {
      // The bank refuses in this weather; nothing has been written yet.
      return weather.scenario() === "compensation-fails"
        ? Promise.reject(new ShippingRefundError("The bank takes no refund now"))
        : Promise.resolve();
    }),
  ];
}
