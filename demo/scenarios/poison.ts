import type { Scenario } from "./scenario.ts";

/** Share of orders whose event leaves the broken publisher of the import channel as bytes nobody can parse. */
export const UNREADABLE_SHARE = 0.04;

/** Share of orders whose event is readable but breaks a rule that payments checks. */
export const RULE_BREAKING_SHARE = 0.03;

/** Orders publishes events that cannot be parsed, and events that break a business rule. */
export const poison: Scenario = {
  name: "poison",
  sees:
    "order.order.created.dlt fills: unreadable events at once, for each of the three groups that read the topic; " +
    "rule-breaking ones for payments alone, after three attempts that hold their partition.",
};
