import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isScenarioName, SCENARIO_NAMES, type ScenarioName } from "#demo/scenarios/scenario.ts";

/** What the caller asks of the demo, by arguments and environment. */
export type DemoOptions = {
  /** Start from nothing: what an earlier demo stored in this folder is forgotten. */
  fresh: boolean;
  /** The weather to begin with. */
  scenario: ScenarioName | undefined;
  /** Run the services of the shop; false is the console alone. */
  shop: boolean;
  /** Folder of everything the demo keeps. */
  home: string;
  /** Kafka and PostgreSQL of the caller; undefined: the demo starts its own. */
  kafkaBrokers: string | undefined;
  databaseUrl: string | undefined;
};

const ROOT = resolve(import.meta.dirname, "..", "..");

/** The root of the checkout. */
export function checkoutRoot(): string {
  return ROOT;
}

const scenarioOf = (name: string): ScenarioName => {
  if (isScenarioName(name)) return name;
  throw new Error(`there is no scenario ${name}; there are ${SCENARIO_NAMES.join(", ")}`);
};

const given = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

/**
 * Reads `--fresh`, `--scenario NAME`, `--no-shop`, and KAFKA_BROKERS, DATABASE_URL and SLUICE_HOME (`.sluice` of the
 * checkout unless given). Throws on an argument it does not know.
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { fresh: { type: "boolean" }, scenario: { type: "string" }, "no-shop": { type: "boolean" } },
  });
  const shop = values["no-shop"] !== true;
  if (!shop && values.scenario !== undefined)
    throw new Error("--scenario needs the shop: leave --no-shop out");
  return {
    fresh: values.fresh === true,
    scenario: values.scenario === undefined ? undefined : scenarioOf(values.scenario),
    shop,
    home: resolve(ROOT, given(env["SLUICE_HOME"]) ?? ".sluice"),
    kafkaBrokers: given(env["KAFKA_BROKERS"]),
    databaseUrl: given(env["DATABASE_URL"]),
  };
}
