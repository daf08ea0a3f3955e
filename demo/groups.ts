import type { EventDefinition } from "#kit/event.ts";
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

/** Who reads what: the events of each consumer group. Topics are made from it, and the accounts check against it. */
export const SHOP_GROUPS = {
  orders: [stockReserved, paymentFailed, paymentCancelled],
  "orders-projection": [orderCreated, orderCompleted, orderCancelled],
  payments: [orderCreated, stockRejected],
  inventory: [paymentCompleted],
  notifications: [orderCreated, orderCompleted, orderCancelled],
} as const satisfies Record<string, readonly EventDefinition<unknown>[]>;
