import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { SCENARIOS } from "./registry.ts";
import { isScenarioName, SCENARIO_NAMES, type Scenario, type ScenarioGround } from "./scenario.ts";

/** How long to wait before trying again to end a scenario on a database that does not answer. */
const END_RETRY_MS = 2_000;

/** What a switch needs. */
export interface SwitchContext {
  /** URL of the role that set the shop up. */
  readonly databaseUrl: string;
  /** Aborted when the supervisor stops: a scenario that would end later is then left to the next set-up. */
  readonly signal: AbortSignal;
}

/** The name is no scenario's. */
export class UnknownScenarioError extends Error {
  override readonly name = "UnknownScenarioError";
  constructor(scenario: string) {
    super(`There is no scenario ${JSON.stringify(scenario)}; there are ${SCENARIO_NAMES.join(", ")}`);
  }
}

/**
 * Switches the weather of the running shop: first whatever was on is put right, then the new one begins. Resolves as
 * soon as it has begun; services notice within about a second. A scenario that lasts a limited time ends by itself:
 * where its surroundings must be put right then (the outage), this process does it, and keeps trying until it is
 * done, another switch came, or `signal` aborts.
 * @throws UnknownScenarioError for any other name, and the database's own error where it cannot be reached.
 */
export async function switchScenario(name: string, ctx: SwitchContext): Promise<void> {
  if (!isScenarioName(name)) throw new UnknownScenarioError(name);
  await runScenario(SCENARIOS[name], ctx);
}

/** {@link switchScenario} for a scenario in hand, which need not be one of the registry's. */
export async function runScenario(scenario: Scenario, ctx: SwitchContext): Promise<void> {
  const since = await withGround(ctx.databaseUrl, async (ground) => {
    const begun = await inOneGo(ground, () => change(ground, scenario));
    await scenario.strike?.(ground);
    return begun;
  });
  if (scenario.lastsMs !== undefined && scenario.end) {
    void endLater({ ...ctx, scenario, since, lastsMs: scenario.lastsMs });
  }
}

/** The current weather as the services see it. */
export async function readScenario(databaseUrl: string): Promise<string> {
  return withGround(databaseUrl, async ({ client }) => {
    const found = await client.query<{ name: string }>(
      `SELECT CASE WHEN ends_at <= clock_timestamp() THEN 'calm' ELSE name END AS name FROM shop_control.scenario`,
    );
    return found.rows[0]?.name ?? "calm";
  });
}

/** Opens or closes the shop's door: with `false` no new order is made and what is under way runs to its end. */
export async function setTakingOrders(databaseUrl: string, takingOrders: boolean): Promise<void> {
  await withGround(databaseUrl, async ({ client }) => {
    await client.query("UPDATE shop_control.scenario SET taking_orders = $1", [takingOrders]);
  });
}

async function withGround<R>(databaseUrl: string, work: (ground: ScenarioGround) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: databaseUrl, application_name: "shop-scenarios" });
  await client.connect();
  try {
    const found = await client.query<{ database: string }>("SELECT current_database() AS database");
    return await work({ client, database: found.rows[0]?.database ?? "" });
  } finally {
    await client.end();
  }
}

async function inOneGo<R>({ client }: ScenarioGround, work: () => Promise<R>): Promise<R> {
  await client.query("BEGIN");
  try {
    // The lock puts two switches at the same time one after the other.
    await client.query("SELECT 1 FROM shop_control.scenario FOR UPDATE");
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** Puts everything right, begins `scenario` and returns the moment, exactly as the database wrote it. */
async function change(ground: ScenarioGround, scenario: Scenario): Promise<string> {
  for (const other of Object.values(SCENARIOS)) await other.end?.(ground);
  await scenario.begin?.(ground);
  const changed = await ground.client.query<{ since: string }>(
    `UPDATE shop_control.scenario
        SET name = $1, since = clock_timestamp(), ends_at = clock_timestamp() + make_interval(secs => $2)
      RETURNING since::text AS since`,
    [scenario.name, scenario.lastsMs === undefined ? null : scenario.lastsMs / 1_000],
  );
  const row = changed.rows[0];
  if (!row) throw new Error("The shop is not set up: shop_control.scenario is empty");
  return row.since;
}

interface Ending extends SwitchContext {
  readonly scenario: Scenario;
  readonly since: string;
  readonly lastsMs: number;
}

/** Ends a scenario after its time, unless the weather has changed since. Never rejects. */
async function endLater(ending: Ending): Promise<void> {
  let waitMs = ending.lastsMs;
  for (;;) {
    try {
      await delay(waitMs, undefined, { signal: ending.signal });
      await withGround(ending.databaseUrl, (ground) => inOneGo(ground, () => endIfStill(ground, ending)));
      return;
    } catch (error) {
      if (ending.signal.aborted) return;
      process.emitWarning(
        `The scenario ${ending.scenario.name} could not be ended, trying again: ${String(error)}`,
      );
      waitMs = END_RETRY_MS;
    }
  }
}

async function endIfStill(ground: ScenarioGround, ending: Ending): Promise<void> {
  const found = await ground.client.query(
    "SELECT 1 FROM shop_control.scenario WHERE name = $1 AND since = $2::timestamptz",
    [ending.scenario.name, ending.since],
  );
  if (found.rowCount === 0) return;
  await ending.scenario.end?.(ground);
  await ground.client.query(
    "UPDATE shop_control.scenario SET name = 'calm', since = clock_timestamp(), ends_at = NULL",
  );
}
