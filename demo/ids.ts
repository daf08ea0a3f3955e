import { randomBytes } from "node:crypto";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;
const CHANCE_CHARACTERS = 16;

/** What the shop names by an id: an order, a payment, a reservation, a charge of the courier's fee. */
export type IdKind = "ord" | "pay" | "res" | "shp";

/**
 * A new id such as `ord_01KAQ3X7...`: the kind and a ULID, so that ids made later sort later.
 * `nowMs` is the instant that goes into it, epoch ms.
 */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  let time = "";
  let rest = nowMs;
  for (let place = 0; place < TIME_CHARACTERS; place += 1) {
    time = CROCKFORD.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const chance = Array.from(randomBytes(CHANCE_CHARACTERS), (byte) => CROCKFORD.charAt(byte & 31)).join("");
  return `${kind}_${time}${chance}`;
}
