import type { Scenario } from "./scenario.ts";

/** The courier reads nothing: its commands wait in their topics; afterwards it goes on where it stood. */
export const courierDown: Scenario = {
  name: "courier-down",
  sees:
    "The group courier has no member and its lag rises; sagas of fulfilment wait for labels and pickups, and after " +
    "three attempts, 18 s, they are parked. Then the courier works off what waited.",
};
