import { calm } from "./calm.ts";
import { compensationFails } from "./compensation-fails.ts";
import { courierDown } from "./courier-down.ts";
import { duplicates } from "./duplicates.ts";
import { outage } from "./outage.ts";
import { poison } from "./poison.ts";
import { relayDown } from "./relay-down.ts";
import type { Scenario, ScenarioName } from "./scenario.ts";
import { slowConsumer } from "./slow-consumer.ts";
import { slowReply } from "./slow-reply.ts";

/** Every scenario by its name, in the order in which they are offered. */
export const SCENARIOS = {
  calm,
  "slow-consumer": slowConsumer,
  poison,
  outage,
  duplicates,
  "relay-down": relayDown,
  "courier-down": courierDown,
  "compensation-fails": compensationFails,
  "slow-reply": slowReply,
} satisfies Record<ScenarioName, Scenario> as Readonly<Record<ScenarioName, Scenario>>;
