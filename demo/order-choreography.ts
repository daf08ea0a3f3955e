import { defineChoreography } from "#kit/saga/choreography.ts";
import {
  orderCancelled,
  orderCompleted,
  orderCreated,
  paymentCancelled,
  paymentCompleted,
  paymentFailed,
  stockRejected,
  stockReserved,
} from "./events.ts";

/** How long each step of an order may take. */
const WITHIN_MS = 30_000;

/** The saga of an order, which nobody directs: what follows what, as data for whoever watches. */
export const orderChoreography = defineChoreography({
  type: "order",
  starts: [orderCreated],
  rules: [
    { event: orderCreated, next: [paymentCompleted, paymentFailed], withinMs: WITHIN_MS },
    { event: paymentCompleted, next: [stockReserved, stockRejected], withinMs: WITHIN_MS },
    { event: paymentFailed, next: [orderCancelled], withinMs: WITHIN_MS },
    { event: stockReserved, next: [orderCompleted], withinMs: WITHIN_MS },
    { event: stockRejected, next: [paymentCancelled], withinMs: WITHIN_MS },
    { event: paymentCancelled, next: [orderCancelled], withinMs: WITHIN_MS },
  ],
  compensations: [paymentCancelled],
  completes: [orderCompleted],
  compensates: [orderCancelled],
});
