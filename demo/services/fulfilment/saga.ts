import type { EventDefinition } from "#kit/event.ts";
import { defineSaga, type RetryPolicy } from "#kit/saga/definition.ts";
import { CURRENCY } from "../../catalogue.ts";
import { courierFeeCents } from "../../delivery.ts";
import {
  allocationMade,
  allocationRefused,
  allocationReleased,
  allocationRequested,
  labelPrinted,
  labelRefused,
  labelRequested,
  labelVoided,
  labelVoidRequested,
  pickupCollected,
  pickupRefused,
  pickupRequested,
  releaseRequested,
  shipmentNoticeRequested,
  shipmentNoticeSent,
  shippingCharged,
  shippingDeclined,
  shippingRefunded,
  shippingRefundRequested,
  shippingRequested,
} from "../../fulfilment-events.ts";
import { orNull, shape, text, whole } from "../../parse.ts";

const readData = shape({
  orderId: text,
  customerId: text,
  postcode: text,
  bay: orNull(text),
  units: orNull(whole),
  feeCents: orNull(whole),
  trackingNumber: orNull(text),
  van: orNull(text),
});

/** What the saga knows of an order; null is what no step has told yet. */
export type FulfilmentData = ReturnType<typeof readData>;

/** The data that a saga begins with. */
export function newFulfilment(
  order: Pick<FulfilmentData, "orderId" | "customerId" | "postcode">,
): FulfilmentData {
  return { ...order, bay: null, units: null, feeCents: null, trackingNumber: null, van: null };
}

const retry: RetryPolicy = { attempts: 3, delayMs: 1_000, factor: 2 };
/** Whoever says nothing to three attempts has been silent for 33 s, and then a person is asked. */
const patience = { timeoutMs: 10_000, retry };
/** The courier and the bank are quick or away: 18 s. */
const hurry = { timeoutMs: 5_000, retry };

const orderOf = ({ orderId }: FulfilmentData): { orderId: string } => ({ orderId });

/** The answer that a step is done, and what the saga learns from it. */
function done<R>(
  event: EventDefinition<R>,
  learn: (data: FulfilmentData, reply: R) => FulfilmentData,
): { done: EventDefinition<unknown>; merge: (data: FulfilmentData, reply: unknown) => FulfilmentData } {
  return { done: event, merge: (data, reply) => learn(data, event.parse(reply)) };
}

/** The fee of an order whose allocation was skipped is that of one unit. */
const feeCentsOf = ({ units }: FulfilmentData): number => courierFeeCents(units ?? 1);

/**
 * The saga that brings an order to its customer by courier: pack, charge the fee, print the label, collect, tell the
 * customer. A refusal before the parcel is on the van undoes what was done, last first, and the order goes by post; the
 * order itself stays completed, paid and set aside. Once the parcel is on the van there is no way back.
 */
export const fulfilmentSaga = defineSaga<FulfilmentData>({
  type: "fulfilment",
  service: "fulfilment",
  parse: (data) => readData(data, ""),
  steps: [
    {
      name: "allocate",
      service: "inventory",
      command: allocationRequested,
      input: orderOf,
      ...done(allocationMade, (data, { bay, units }) => ({ ...data, bay, units })),
      refused: allocationRefused,
      ...patience,
      compensation: { command: releaseRequested, input: orderOf, done: allocationReleased, ...patience },
    },
    {
      name: "chargeShipping",
      service: "payments",
      command: shippingRequested,
      input: (data) => ({ orderId: data.orderId, feeCents: feeCentsOf(data), currency: CURRENCY }),
      ...done(shippingCharged, (data, { feeCents }) => ({ ...data, feeCents })),
      refused: shippingDeclined,
      ...patience,
      compensation: { command: shippingRefundRequested, input: orderOf, done: shippingRefunded, ...hurry },
    },
    {
      name: "label",
      service: "courier",
      command: labelRequested,
      input: ({ orderId, postcode, units }) => ({ orderId, postcode, units: units ?? 1 }),
      ...done(labelPrinted, (data, { trackingNumber }) => ({ ...data, trackingNumber })),
      refused: labelRefused,
      ...hurry,
      compensation: { command: labelVoidRequested, input: orderOf, done: labelVoided, ...hurry },
    },
    {
      name: "pickup",
      service: "courier",
      pivot: true,
      command: pickupRequested,
      input: ({ orderId, bay, trackingNumber }) => ({ orderId, bay, trackingNumber }),
      ...done(pickupCollected, (data, { trackingNumber, van }) => ({ ...data, trackingNumber, van })),
      refused: pickupRefused,
      ...hurry,
    },
    {
      name: "notify",
      service: "notifications",
      command: shipmentNoticeRequested,
      input: ({ orderId, customerId, trackingNumber }) => ({ orderId, customerId, trackingNumber }),
      done: shipmentNoticeSent,
      ...patience,
    },
  ],
});
