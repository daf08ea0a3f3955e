import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, DatabaseError } from "pg";
import { stringify } from "yaml";
import { orderChoreography } from "#demo/order-choreography.ts";
import { schemaOf, SHOP_SERVICES } from "#demo/parts.ts";
import type { ShopSetUp } from "#demo/setup.ts";
import { freePort, isPortFree } from "#stack/ports.ts";
import { logTail, startProcess, type Environment } from "#stack/processes.ts";
import type { DemoHome, DemoSecrets } from "./home.ts";
import { checkoutRoot } from "./options.ts";
import type { Part } from "./part.ts";
import { answersOk, processPart } from "./process-part.ts";

/** What console and worker stand on. */
export type ConsoleContext = {
  home: DemoHome;
  secrets: DemoSecrets;
  kafkaBrokers: string;
  databaseUrl: string;
  port: number;
  signal: AbortSignal;
};

/** The cluster's id in the demo's config. */
export const DEMO_CLUSTER = "demo";

const FIRST_PORT = 3000;
const LAST_PORT = 3019;
const HEALTHY_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 8_000;
const SEED_LIMIT_MS = 30_000;

/** The console's port: 3000, or the next one that nobody listens on. */
export async function consolePort(): Promise<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) if (await isPortFree(port)) return port;
  return freePort();
}

/** The address that the browser opens. */
export function consoleUrl(port: number): string {
  return `http://localhost:${port}`;
}

/**
 * Writes the console's configuration: one cluster, and of the shop the databases in which it keeps what it has
 * processed and its sagas, the choreography of orders, and the key of commands. Without a shop the cluster alone.
 */
export async function writeConsoleConfig(
  { home, kafkaBrokers }: ConsoleContext,
  shop: ShopSetUp | undefined,
): Promise<void> {
  const clusters = [{ id: DEMO_CLUSTER, name: "Demo", brokers: kafkaBrokers.split(",") }];
  const config = { clusters, ...(shop === undefined ? {} : shopConfig(shop)) };
  await writeFile(home.consoleConfig, stringify(config), { mode: 0o600 });
}

/** What the console is told of the shop: databases by a login that may only read, one a service. */
function shopConfig({ readerUrl, sagaCommandKey }: ShopSetUp) {
  const databases = SHOP_SERVICES.map((service) => {
    const schema = schemaOf(service);
    const url = new URL(readerUrl);
    url.searchParams.set("options", `-csearch_path=${schema}`);
    const sagas = service === "fulfilment" ? { sagas: [{ preset: "kit", schema }] } : {};
    return { id: service, url: url.toString(), cluster: DEMO_CLUSTER, ...sagas };
  });
  const { rules, ...map } = orderChoreography;
  const choreography = {
    ...map,
    cluster: DEMO_CLUSTER,
    rules: rules.map(({ event, next, withinMs }) => ({ event, next, withinSeconds: withinMs / 1_000 })),
  };
  return { databases, choreographies: [choreography], sagas: { commandKey: sagaCommandKey } };
}

const consoleEnv = (context: ConsoleContext): Environment => ({
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  DATABASE_URL: context.databaseUrl,
  SLUICE_CONFIG: context.home.consoleConfig,
  SLUICE_DEMO: "1",
  NEXTAUTH_URL: consoleUrl(context.port),
  NEXTAUTH_SECRET: context.secrets.signInSecret,
});

/** Makes the demo's administrator and API token, or renews them. */
export async function seedAdmin(context: ConsoleContext): Promise<void> {
  const { email, password, apiToken } = context.secrets;
  const logFile = context.home.logFile("seed-admin");
  const script = await startProcess({
    name: "seed-admin",
    command: process.execPath,
    args: [join(checkoutRoot(), "scripts", "seed-admin.ts")],
    cwd: checkoutRoot(),
    env: {
      ...process.env,
      ...consoleEnv(context),
      SLUICE_DEMO_ADMIN_EMAIL: email,
      SLUICE_DEMO_ADMIN_PASSWORD: password,
      SLUICE_DEMO_API_TOKEN: apiToken,
    },
    logFile,
    signal: context.signal,
  });
  const limit = setTimeout(() => void script.kill(), SEED_LIMIT_MS);
  const { code } = await script.exited;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`the administrator cannot be made:\n${await logTail(logFile)}`);
}

/** The console: `next start` on loopback. */
export function consolePart(context: ConsoleContext): Part {
  const next = join(checkoutRoot(), "node_modules", "next", "dist", "bin", "next");
  return processPart({
    name: "console",
    home: context.home,
    args: [next, "start", "--hostname", "127.0.0.1", "--port", String(context.port)],
    env: () => Promise.resolve(consoleEnv(context)),
    isHealthy: () => answersOk(`http://127.0.0.1:${context.port}/api/health`),
    healthyLimitMs: HEALTHY_LIMIT_MS,
    stopGraceMs: STOP_GRACE_MS,
    signal: context.signal,
  });
}

/** The worker: healthy once it has written what it saw of the cluster. */
export function workerPart(context: ConsoleContext): Part {
  return processPart({
    name: "worker",
    home: context.home,
    args: [join(checkoutRoot(), "lib", "worker", "main.ts")],
    env: () => Promise.resolve(consoleEnv(context)),
    isHealthy: (_env, startedAt) => hasObservedSince(context.databaseUrl, startedAt),
    healthyLimitMs: HEALTHY_LIMIT_MS,
    stopGraceMs: STOP_GRACE_MS,
    signal: context.signal,
  });
}

const hasObservedSince = async (databaseUrl: string, startedAt: number): Promise<boolean> => {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  // A session that ends after it has answered is no news.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await client.query("SELECT 1 FROM cluster_state WHERE id = $1 AND observed_at > $2", [
      DEMO_CLUSTER,
      new Date(startedAt),
    ]);
    return found.rowCount === 1;
  } catch (error) {
    // A database that is down, starting or shutting down (class 57) has seen nothing; a refused statement is a mistake.
    if (error instanceof DatabaseError && error.code?.startsWith("57") !== true) throw error;
    return false;
  } finally {
    await client.end();
  }
};
