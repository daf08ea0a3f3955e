import type { Scenario } from "./scenario.ts";

/** How long the warehouse takes for one order in this weather; inventory reads it. */
export const SLOW_RESERVATION_MS = 1_500;

/** Inventory works slower than orders arrive, so its lag rises; it catches up when the weather ends. */
export const slowConsumer: Scenario = {
  name: "slow-consumer",
  sees: "Lag of the group inventory on order.payment.completed rises at once, and drains after the end.",
  lastsMs: 4 * 60_000,
};
