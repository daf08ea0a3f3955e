import type { EventDefinition } from "#kit/event.ts";
import { sagaCommand } from "#kit/saga/topics.ts";
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

import {
  allocationRequested,
  FULFILMENT_REPLIES,
  labelRequested,
  labelVoidRequested,
  pickupRequested,
  releaseRequested,
  shipmentNoticeRequested,
  shippingRefundRequested,
  shippingRequested,
} from "./fulfilment-events.ts";

/** Who reads what: the events of each consumer group. Topics are made from it, and the accounts check against it. */
export const SHOP_GROUPS = {
  orders: [stockReserved, paymentFailed, paymentCancelled],
  "orders-projection": [orderCreated, orderCompleted, orderCancelled],
  payments: [orderCreated, stockRejected, shippingRequested, shippingRefundRequested],
  inventory: [paymentCompleted, allocationRequested, releaseRequested],
  notifications: [orderCreated, orderCompleted, orderCancelled, shipmentNoticeRequested],
  fulfilment: [orderCompleted],
  "fulfilment-saga": FULFILMENT_REPLIES,
  "fulfilment-saga-operator": [sagaCommand],
  courier: [labelRequested, labelVoidRequested, pickupRequested],
} as const satisfies Record<string, readonly EventDefinition<unknown>[]>;
