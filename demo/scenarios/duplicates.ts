import type { Scenario } from "./scenario.ts";

/** One event in so many is published a second time. */
export const DUPLICATE_EVERY = 4;

/** A share of the events is published twice with the same event id, as by a relay that dies before its mark. */
export const duplicates: Scenario = {
  name: "duplicates",
  sees: "More records than events; each service swallows the second copy, and no order is paid twice.",
};
