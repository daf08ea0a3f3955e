import { CURRENCY } from "./catalogue.ts";
import { FULFILMENT_EVENTS } from "./fulfilment-events.ts";
import { listOf, oneOf, shape, text, whole } from "./parse.ts";
import { shopEvent as event } from "./shop-event.ts";

// The events of orders. Payloads carry references (order, customer, payment, sku) and the figures that the next step
// needs; amounts are cents with their currency. All are keyed by the order, save restocking: by the sku.
const currency = oneOf(CURRENCY);
const pricedLine = shape({ sku: text, quantity: whole, unitPriceCents: whole });
const pickLine = shape({ sku: text, quantity: whole });

/** An order was placed. The hot topic: payments, notifications and orders-projection read it. */
export const orderCreated = event(
  "order.order.created",
  shape({
    orderId: text,
    customerId: text,
    lines: listOf(pricedLine),
    totalCents: whole,
    currency,
    version: whole,
  }),
);

/** The card was charged; the lines go with it, so that inventory needs no second topic. */
export const paymentCompleted = event(
  "order.payment.completed",
  shape({ paymentId: text, orderId: text, amountCents: whole, currency, lines: listOf(pickLine) }),
);

/** The card was declined. */
export const paymentFailed = event(
  "order.payment.failed",
  shape({ paymentId: text, orderId: text, reason: oneOf("limit_exceeded", "card_expired") }),
);

/** The charge was given back, since the order cannot be delivered. */
export const paymentCancelled = event(
  "order.payment.cancelled",
  shape({ paymentId: text, orderId: text, refundedCents: whole, currency }),
);

/** Every line of the order was set aside. */
export const stockReserved = event("inventory.stock.reserved", shape({ reservationId: text, orderId: text }));

/** Not every line was on the shelf: nothing was set aside. */
export const stockRejected = event(
  "inventory.stock.rejected",
  shape({ orderId: text, paymentId: text, missingSku: text }),
);

/** A delivery arrived; nobody in the shop reads it. Keyed by the sku: best sellers are its hot keys. */
export const stockRestocked = event(
  "inventory.stock.restocked",
  shape({ sku: text, deliveredUnits: whole, level: whole }),
);

/** The order is paid and its goods are set aside: a terminal state. */
export const orderCompleted = event(
  "order.order.completed",
  shape({ orderId: text, customerId: text, totalCents: whole, currency, version: whole }),
);

/** The order will not be delivered, and nothing is charged: a terminal state. */
export const orderCancelled = event(
  "order.order.cancelled",
  shape({
    orderId: text,
    customerId: text,
    totalCents: whole,
    currency,
    version: whole,
    reason: oneOf("payment_failed", "out_of_stock"),
  }),
);

/** Every event of the shop, those of its two sagas alike. */
export const SHOP_EVENTS = [
  orderCreated,
  paymentCompleted,
  paymentFailed,
  paymentCancelled,
  stockReserved,
  stockRejected,
  stockRestocked,
  orderCompleted,
  orderCancelled,
  ...FULFILMENT_EVENTS,
] as const;

/** What is in an order's first event. */
export type OrderCreated = ReturnType<typeof orderCreated.parse>;

/** Why an order was cancelled. */
export type CancelReason = ReturnType<typeof orderCancelled.parse>["reason"];
