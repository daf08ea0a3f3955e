import { randomInt } from "node:crypto";
import type { PoolClient } from "pg";
import type { Answer } from "#kit/saga/participant.ts";
import { hasVan, isServed, meetsBrokenPrinter } from "../../delivery.ts";
import {
  labelPrinted,
  labelRefused,
  labelVoided,
  pickupCollected,
  pickupRefused,
} from "../../fulfilment-events.ts";
import { answer } from "../../process/answering.ts";

const VANS = 6;
const LARGEST_NUMBER = 1_000_000_000_000;

async function printNew(tx: PoolClient, orderId: string): Promise<string> {
  const trackingNumber = `SL${String(randomInt(LARGEST_NUMBER)).padStart(12, "0")}`;
  await tx.query("INSERT INTO courier_entry (order_id, kind, tracking_number) VALUES ($1, 'printed', $2)", [
    orderId,
    trackingNumber,
  ]);
  return trackingNumber;
}

/** Prints the label of an order, in the caller's transaction. Not safe to repeat by itself: the inbox around it is. */
export async function printLabel(
  tx: PoolClient,
  { orderId, postcode }: { readonly orderId: string; readonly postcode: string },
  printerDown: boolean,
): Promise<Answer> {
  if (!isServed(postcode)) return answer(labelRefused, { orderId, reason: "address_not_served" });
  if (printerDown && meetsBrokenPrinter(orderId))
    return answer(labelRefused, { orderId, reason: "printer_down" });
  return answer(labelPrinted, { orderId, trackingNumber: await printNew(tx, orderId) });
}

/** Enters what became of the printed label of an order; its tracking number, or undefined where there is none. */
async function enter(
  tx: PoolClient,
  orderId: string,
  kind: "voided" | "collected",
): Promise<string | undefined> {
  const entered = await tx.query<{ tracking_number: string }>(
    `INSERT INTO courier_entry (order_id, kind, tracking_number)
     SELECT order_id, $2, tracking_number FROM courier_entry WHERE order_id = $1 AND kind = 'printed'
     RETURNING tracking_number`,
    [orderId, kind],
  );
  return entered.rows[0]?.tracking_number;
}

/** Voids the label of an order: the compensation of {@link printLabel}. Bears an order that never had one. */
export async function voidLabel(tx: PoolClient, { orderId }: { readonly orderId: string }): Promise<Answer> {
  await enter(tx, orderId, "voided");
  return answer(labelVoided, { orderId });
}

/** Collects the parcel of an order: no way back. Where the label was skipped, the driver writes one. */
export async function collectParcel(
  tx: PoolClient,
  { orderId, trackingNumber }: { readonly orderId: string; readonly trackingNumber: string | null },
): Promise<Answer> {
  if (!hasVan(orderId)) return answer(pickupRefused, { orderId, reason: "no_van" });
  if (trackingNumber === null) await printNew(tx, orderId);
  const collected = await enter(tx, orderId, "collected");
  if (collected === undefined) throw new Error("The parcel has no label");
  const van = `V${String(1 + randomInt(VANS))}`;
  return answer(pickupCollected, { orderId, trackingNumber: collected, van });
}
