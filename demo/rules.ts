/** A line of an order: how many of what, at which price. */
export interface PricedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

/** An order's subtotal from which shipping is free, and what shipping costs below it. */
const FREE_SHIPPING_FROM_CENTS = 5_000;
const SHIPPING_CENTS = 490;

/** The most that a card is charged for one order. */
export const CARD_LIMIT_CENTS = 90_000;

/** What an order costs, shipping included, in cents. */
export function totalOf(lines: readonly PricedLine[]): number {
  const subtotal = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
  return subtotal + (subtotal < FREE_SHIPPING_FROM_CENTS ? SHIPPING_CENTS : 0);
}

/** An order that can be read but must not be paid. Its message carries no amount: messages end in headers and logs. */
export class BrokenOrderError extends Error {
  override readonly name = "BrokenOrderError";
}

/**
 * Refuses an order that breaks a rule of the shop.
 * @throws BrokenOrderError naming the rule.
 */
export function assertPayable(order: {
  readonly lines: readonly PricedLine[];
  readonly totalCents: number;
}): void {
  if (order.lines.length === 0) throw new BrokenOrderError("An order has at least one line");
  if (order.lines.some((line) => line.quantity < 1)) {
    throw new BrokenOrderError("A line's quantity is at least 1");
  }
  if (order.totalCents !== totalOf(order.lines)) {
    throw new BrokenOrderError("An order's total is the sum of its lines and the shipping");
  }
}

/** Why a card is not charged. */
export type DeclineReason = "limit_exceeded" | "card_expired";

/** Every so many customers hold an expired card. */
const EXPIRED_CARD_EVERY = 41;

/** Decides on a card: the reason for which it is declined, or undefined where it is charged. */
export function declineReason(order: {
  readonly customerId: string;
  readonly totalCents: number;
}): DeclineReason | undefined {
  if (order.totalCents > CARD_LIMIT_CENTS) return "limit_exceeded";
  const customerNumber = Number(/\d+$/.exec(order.customerId)?.[0] ?? 1);
  return customerNumber % EXPIRED_CARD_EVERY === 0 ? "card_expired" : undefined;
}
