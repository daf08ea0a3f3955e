import type { Kafka } from "kafkajs";
import { Pool } from "pg";
import { type Logger, pino } from "pino";
import { connectKafka } from "#kit/kafka.ts";
import type { ShopPart } from "../parts.ts";
import { errorFields } from "./error-fields.ts";
import { type Health, serveHealth } from "./health.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { type Weather, watchWeather } from "./weather.ts";

/** What every part of the shop is given. */
export interface Ground {
  readonly part: ShopPart;
  readonly kafka: Kafka;
  /** Connections with the part's own login. */
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly weather: Weather;
}

/** A part that consumes. */
export interface RunningPart {
  /** Ends intake, finishes the work in hand, commits, disconnects: in this order. */
  stop(): Promise<void>;
  /** Goes into GET /health. */
  status(): Record<string, unknown>;
}

/** A connection must not take longer: a handler waits for it. */
const CONNECT_LIMIT_MS = 5_000;
const POOL_SIZE = 8;

/** Opens a pool whose broken idle connections are logged instead of ending the process. */
export function openPool(options: { url: string; name: string; log: Logger; searchPath?: string }): Pool {
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.name,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    ...(options.searchPath === undefined ? {} : { options: `-c search_path=${options.searchPath}` }),
  });
  pool.on("error", (error) => {
    options.log.warn(errorFields(error), "An idle database connection broke");
  });
  return pool;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

/** Resolves with the first signal that asks the process to stop. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}

/**
 * Runs one part of the shop as this process: KAFKA_BROKERS, DATABASE_URL and PORT (0 or none: a free one) from the
 * environment, the log on stderr, GET /health on loopback, and on stdout one line `{"ready":true,"port":...}` once it
 * consumes. SIGTERM or SIGINT stops it in order; a part that cannot start exits with 1.
 */
export async function runPart(part: ShopPart, open: (ground: Ground) => Promise<RunningPart>): Promise<void> {
  const log = pino({ name: part, level: process.env.LOG_LEVEL ?? "info" }, pino.destination(2));
  try {
    await live({ part, log, open });
  } catch (error) {
    log.fatal(errorFields(error), "The part ends with an error");
    process.exitCode = 1;
  }
  // A connection attempt of a client may still hold the event loop; everything that matters is closed by now.
  process.exit();
}

async function live(options: {
  part: ShopPart;
  log: Logger;
  open: (ground: Ground) => Promise<RunningPart>;
}): Promise<void> {
  const { part, log } = options;
  const stopAsked = stopSignal();
  const databaseUrl = required("DATABASE_URL");
  const kafka = connectKafka({
    brokers: required("KAFKA_BROKERS").split(","),
    clientId: `shop-${part}`,
    log,
  });
  const pool = openPool({ url: databaseUrl, name: `shop-${part}`, log });
  const weather = await watchWeather({ pool, log });
  let state: Health["state"] = "starting";
  let status: RunningPart["status"] = () => ({});
  const health = await serveHealth(Number(process.env.PORT ?? 0), () => ({
    part,
    state,
    scenario: weather.scenario(),
    ...status(),
  }));

  const opening = options.open({ part, kafka, pool, databaseUrl, log, weather });
  const running = await Promise.race([opening, stopAsked.then(() => undefined)]);
  if (!running) {
    log.info({}, "Stopped before it was ready");
    return;
  }
  status = () => running.status();
  state = "ready";
  process.stdout.write(`${JSON.stringify({ ready: true, port: health.port })}\n`);
  log.info({ port: health.port }, "Consuming");
  const housekeeping = part === "relay" ? undefined : startHousekeeping(pool, log);

  const signal = await stopAsked;
  state = "stopping";
  log.info({ signal }, "Stopping");
  await running.stop();
  await housekeeping?.stop();
  await weather.stop();
  await pool.end();
  await health.close();
  log.info({}, "Stopped");
}
