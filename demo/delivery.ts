import { createHash } from "node:crypto";

/**
 * The rules of delivery by courier. What happens to an order follows from its id alone, so that a repeat, a retry and
 * the accounts come to the same answer.
 */

/** The most units that a parcel holds. */
export const MOST_UNITS = 4;

const COURIER_SHARE = 0.25;
const DECLINED_SHARE = 0.02;
const NO_VAN_SHARE = 0.02;
const PRINTER_DOWN_SHARE = 0.4;

const BASE_FEE_CENTS = 690;
const FEE_A_UNIT_CENTS = 40;

/** The courier does not drive to islands: five of a hundred postcode areas. */
const AREAS = 100_000;
const ISLANDS = ["18", "25", "26", "83", "99"];

/** A number in [0, 1) that an order has in one matter and keeps. */
function lot(orderId: string, matter: string): number {
  return createHash("sha256").update(`${matter}:${orderId}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** One order in four goes by courier, for a fee on top; the others go by post, which is in the order's total. */
export function goesByCourier(orderId: string): boolean {
  return lot(orderId, "courier") < COURIER_SHARE;
}

/** Where an order goes: five digits. */
export function postcodeOf(orderId: string): string {
  return String(Math.floor(lot(orderId, "postcode") * AREAS)).padStart(5, "0");
}

/** Whether the courier drives to a postcode. */
export function isServed(postcode: string): boolean {
  return !ISLANDS.includes(postcode.slice(0, 2));
}

/** What the courier costs, in cents. */
export function courierFeeCents(units: number): number {
  return BASE_FEE_CENTS + units * FEE_A_UNIT_CENTS;
}

/** Whether the card of an order is declined for the fee: the goods were paid, and then its limit was reached. */
export function isFeeDeclined(orderId: string): boolean {
  return lot(orderId, "fee") < DECLINED_SHARE;
}

/** Whether a van is free for the parcel of an order. */
export function hasVan(orderId: string): boolean {
  return lot(orderId, "van") >= NO_VAN_SHARE;
}

/** Whether the label of an order meets a broken printer, in the weather `compensation-fails`. */
export function meetsBrokenPrinter(orderId: string): boolean {
  return lot(orderId, "printer") < PRINTER_DOWN_SHARE;
}
