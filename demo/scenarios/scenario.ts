import type { Client } from "pg";

/** The weathers of the shop; exactly one holds at a time. */
export const SCENARIO_NAMES = [
  "calm",
  "slow-consumer",
  "poison",
  "outage",
  "duplicates",
  "relay-down",
  "courier-down",
  "compensation-fails",
  "slow-reply",
] as const;

/** One weather of the shop. */
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Tells a weather's name from any other text. */
export function isScenarioName(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}

/** What a scenario may touch: a connection of the supervisor's, and the database's name (it is in the logins). */
export interface ScenarioGround {
  readonly client: Client;
  readonly database: string;
}

/**
 * A weather of the shop. Most are only a name that the services read and act on by themselves; `begin` and `end`
 * are what must be done to the surroundings. Both run inside the transaction that changes the weather; `end` also
 * runs where the scenario never began, and must not mind.
 */
export interface Scenario {
  readonly name: ScenarioName;
  /** What an operator sees, in a sentence or two. */
  readonly sees: string;
  /** It ends by itself after so long; without it, it lasts until the next switch. */
  readonly lastsMs?: number;
  begin?(ground: ScenarioGround): Promise<void>;
  /** Runs after the transaction has committed. */
  strike?(ground: ScenarioGround): Promise<void>;
  end?(ground: ScenarioGround): Promise<void>;
}
