import type { Scenario } from "./scenario.ts";

/** The relay sends nothing: outboxes grow, topics fall silent; afterwards it sends everything in order. */
export const relayDown: Scenario = {
  name: "relay-down",
  sees: "Unsent rows pile up in the outboxes while the topics fall silent; after the end they drain in order.",
};
