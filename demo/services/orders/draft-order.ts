import { CATALOGUE } from "../../catalogue.ts";
import { newId } from "../../ids.ts";
import { type PricedLine, totalOf } from "../../rules.ts";

/** An order as a customer would send it off. */
export interface OrderDraft {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly PricedLine[];
  readonly totalCents: number;
}

/** A source of chance in [0, 1), as `Math.random`. */
export type Chance = () => number;

/** A few wholesale customers place a third of all orders; the rest comes from many. */
const WHOLESALE_CUSTOMERS = 5;
const WHOLESALE_SHARE = 0.33;
const CUSTOMERS = 4_000;

/** The steepness with which best sellers lead the catalogue. */
const BEST_SELLER_EXPONENT = 0.8;
const WEIGHTS = CATALOGUE.map((_product, index) => (index + 1) ** -BEST_SELLER_EXPONENT);
const TOTAL_WEIGHT = WEIGHTS.reduce((sum, weight) => sum + weight, 0);

function drawCustomer(chance: Chance): string {
  const wholesale = chance() < WHOLESALE_SHARE;
  const number = 1 + Math.floor(chance() * (wholesale ? WHOLESALE_CUSTOMERS : CUSTOMERS));
  return `cus_${String(number).padStart(6, "0")}`;
}

function drawProduct(chance: Chance): number {
  let rest = chance() * TOTAL_WEIGHT;
  const index = WEIGHTS.findIndex((weight) => (rest -= weight) < 0);
  return index === -1 ? 0 : index;
}

/** Draws an order: one to three different products, one or two of each. `nowMs` goes into its id. */
export function draftOrder(chance: Chance, nowMs: number): OrderDraft {
  const wanted = new Set(
    Array.from({ length: 1 + Math.floor(chance() ** 2 * 3) }, () => drawProduct(chance)),
  );
  const lines = CATALOGUE.flatMap((product, index) =>
    wanted.has(index)
      ? [{ sku: product.sku, quantity: chance() < 0.75 ? 1 : 2, unitPriceCents: product.priceCents }]
      : [],
  );
  return {
    orderId: newId("ord", nowMs),
    customerId: drawCustomer(chance),
    lines,
    totalCents: totalOf(lines),
  };
}

/**
 * An order as its event tells it wrongly, and readably: a discount counted twice, or a sale booked as a return. The
 * order itself is right, so an event that is mended (see `mend-poison.ts`) says what the order says.
 */
export function breakRule(draft: OrderDraft, chance: Chance): OrderDraft {
  if (chance() < 0.5) return { ...draft, totalCents: draft.totalCents - Math.ceil(draft.totalCents / 10) };
  const lines = draft.lines.map((line) => ({ ...line, quantity: -line.quantity }));
  return { ...draft, lines, totalCents: totalOf(lines) };
}
