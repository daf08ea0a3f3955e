import { calm } from "./calm.ts";
import { duplicates } from "./duplicates.ts";
import { outage } from "./outage.ts";
import { poison } from "./poison.ts";
import { relayDown } from "./relay-down.ts";
import type { Scenario, ScenarioName } from "./scenario.ts";
import { slowConsumer } from "./slow-consumer.ts";

/** Every scenario by its name, in the order in which they are offered. */
export const SCENARIOS = {
  calm,
  "slow-consumer": slowConsumer,
  poison,
  outage,
  duplicates,
  "relay-down": relayDown,
} satisfies Record<ScenarioName, Scenario> as Readonly<Record<ScenarioName, Scenario>>;
