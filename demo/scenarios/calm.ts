import type { Scenario } from "./scenario.ts";

/** The shop as it should be: traffic comes in waves, every group keeps up, few orders are declined or sold out. */
export const calm: Scenario = {
  name: "calm",
  sees: "Every group keeps up; lag stays near zero.",
};
