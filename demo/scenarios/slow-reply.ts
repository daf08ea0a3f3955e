import type { Scenario } from "./scenario.ts";

/** How long the courier takes for one command in this weather: longer than the saga waits for an answer (5 s). */
export const SLOW_REPLY_MS = 7_000;

/** The courier answers later than the saga waits. */
export const slowReply: Scenario = {
  name: "slow-reply",
  sees:
    "Labels and pickups are asked for a second time before the first answer comes; the second answer is a duplicate, " +
    "and every label is still printed once.",
};
