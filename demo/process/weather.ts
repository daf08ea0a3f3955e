import type { Pool } from "pg";
import type { KitLog } from "#kit/log.ts";
import { isScenarioName, type ScenarioName } from "../scenarios/scenario.ts";
import { every } from "./every.ts";

const POLL_MS = 1_000;

/** The weather as this process last saw it. */
export interface Weather {
  scenario(): ScenarioName;
  /** False while the shop's door is closed: no new order is to be made. */
  takingOrders(): boolean;
  stop(): Promise<void>;
}

interface WeatherRow {
  name: string;
  taking_orders: boolean;
}

// A scenario whose time is over is calm, by the database's clock, also where nobody is left to write that down.
const READ_WEATHER = `
  SELECT CASE WHEN ends_at <= clock_timestamp() THEN 'calm' ELSE name END AS name, taking_orders
    FROM shop_control.scenario`;

/**
 * Watches the weather: one small query a second. While the database cannot be asked (in the outage, payments cannot)
 * the last known weather stands.
 */
export async function watchWeather(options: { pool: Pool; log: KitLog }): Promise<Weather> {
  const { pool, log } = options;
  let scenario: ScenarioName = "calm";
  let takingOrders = true;
  const look = async (): Promise<void> => {
    const row = (await pool.query<WeatherRow>(READ_WEATHER)).rows[0];
    if (!row) return;
    takingOrders = row.taking_orders;
    const seen = isScenarioName(row.name) ? row.name : "calm";
    if (seen !== scenario) log.info({ from: scenario, to: seen }, "The weather changed");
    scenario = seen;
  };
  await look();
  const loop = every({ name: "weather", pauseMs: POLL_MS, log, work: look });
  return { scenario: () => scenario, takingOrders: () => takingOrders, stop: () => loop.stop() };
}
