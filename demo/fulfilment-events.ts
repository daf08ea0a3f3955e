import type { EventDefinition } from "#kit/event.ts";
import { CURRENCY } from "./catalogue.ts";
import { oneOf, orNull, type Reader, shape, text, whole } from "./parse.ts";
import { shopEvent } from "./shop-event.ts";

/** One order in four goes by courier, so these topics are quieter than those of orders. */
const PARTITIONS = 3;

/**
 * The commands of the saga `fulfilment` and what its participants answer. All are keyed by the order, whose id is the
 * saga's. A command that asks names what is wanted; an answer says what was done, or that nothing was.
 */
function event<T>(topic: string, reader: Reader<T>): EventDefinition<T> {
  return shopEvent(topic, reader, PARTITIONS);
}

const currency = oneOf(CURRENCY);
const order = shape({ orderId: text });

/** Asks inventory to put what was set aside for an order into one parcel. */
export const allocationRequested = event("inventory.allocation.requested", order);

/** The parcel is packed and stands in a bay. */
export const allocationMade = event(
  "inventory.allocation.made",
  shape({ orderId: text, bay: text, units: whole }),
);

/** Nothing was packed: it is too much for one parcel. */
export const allocationRefused = event(
  "inventory.allocation.refused",
  shape({ orderId: text, reason: oneOf("too_large") }),
);

/** Asks inventory to unpack the parcel: the goods are set aside as before. */
export const releaseRequested = event("inventory.allocation.releaseRequested", order);

/** No parcel of the order stands in a bay. `units` is 0 where none ever did. */
export const allocationReleased = event(
  "inventory.allocation.released",
  shape({ orderId: text, units: whole }),
);

/** Asks payments for the courier's fee, on top of what the order cost. */
export const shippingRequested = event(
  "payment.shipping.chargeRequested",
  shape({ orderId: text, feeCents: whole, currency }),
);

/** The fee is charged. */
export const shippingCharged = event(
  "payment.shipping.charged",
  shape({ orderId: text, chargeId: text, feeCents: whole, currency }),
);

/** The fee is not charged: the card was declined. */
export const shippingDeclined = event(
  "payment.shipping.declined",
  shape({ orderId: text, reason: oneOf("card_declined") }),
);

/** Asks payments to give the fee back. */
export const shippingRefundRequested = event("payment.shipping.refundRequested", order);

/** Nothing is charged for the courier. `refundedCents` is 0 where nothing ever was. */
export const shippingRefunded = event(
  "payment.shipping.refunded",
  shape({ orderId: text, refundedCents: whole, currency }),
);

/** Asks the courier for a label to an address. */
export const labelRequested = event(
  "courier.label.requested",
  shape({ orderId: text, postcode: text, units: whole }),
);

/** The label is printed. */
export const labelPrinted = event("courier.label.printed", shape({ orderId: text, trackingNumber: text }));

/** There is no label: nobody drives to the address, or the printer is down. */
export const labelRefused = event(
  "courier.label.refused",
  shape({ orderId: text, reason: oneOf("address_not_served", "printer_down") }),
);

/** Asks the courier to void the label. */
export const labelVoidRequested = event("courier.label.voidRequested", order);

/** No label of the order is valid. */
export const labelVoided = event("courier.label.voided", order);

/** Asks the courier to collect the parcel: once it has, there is no way back. Null is what a skipped step left out. */
export const pickupRequested = event(
  "courier.pickup.requested",
  shape({ orderId: text, bay: orNull(text), trackingNumber: orNull(text) }),
);

/** The parcel is on the van. */
export const pickupCollected = event(
  "courier.pickup.collected",
  shape({ orderId: text, trackingNumber: text, van: text }),
);

/** The parcel is not collected: no van is free today. */
export const pickupRefused = event(
  "courier.pickup.refused",
  shape({ orderId: text, reason: oneOf("no_van") }),
);

/** Asks notifications to tell the customer where the parcel is. */
export const shipmentNoticeRequested = event(
  "notification.shipment.requested",
  shape({ orderId: text, customerId: text, trackingNumber: orNull(text) }),
);

/** The customer is told. */
export const shipmentNoticeSent = event("notification.shipment.sent", order);

/** What the participants are asked. */
export const FULFILMENT_COMMANDS = [
  allocationRequested,
  releaseRequested,
  shippingRequested,
  shippingRefundRequested,
  labelRequested,
  labelVoidRequested,
  pickupRequested,
  shipmentNoticeRequested,
] as const;

/** What they answer; fulfilment reads it. */
export const FULFILMENT_REPLIES = [
  allocationMade,
  allocationRefused,
  allocationReleased,
  shippingCharged,
  shippingDeclined,
  shippingRefunded,
  labelPrinted,
  labelRefused,
  labelVoided,
  pickupCollected,
  pickupRefused,
  shipmentNoticeSent,
] as const;

/** Every event of the saga `fulfilment`. */
export const FULFILMENT_EVENTS = [...FULFILMENT_COMMANDS, ...FULFILMENT_REPLIES] as const;
