import type { Chance } from "./draft-order.ts";

/** A shop's day, told in ten minutes. */
const DAY_MS = 10 * 60_000;
/** How far the wave rises over and falls under the mean. */
const SWING = 0.4;

/** Orders a second at an instant (epoch ms): a daily wave around the mean. */
export function ordersPerSecond(meanPerSecond: number, nowMs: number): number {
  return meanPerSecond * (1 + SWING * Math.sin((2 * Math.PI * (nowMs % DAY_MS)) / DAY_MS));
}

/** How many orders fall into a stretch of time; the fraction is rounded by chance, so that the mean is kept. */
export function ordersDue(ratePerSecond: number, elapsedMs: number, chance: Chance): number {
  const due = (ratePerSecond * elapsedMs) / 1_000;
  const certain = Math.floor(due);
  return certain + (chance() < due - certain ? 1 : 0);
}
