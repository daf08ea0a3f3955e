import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { FailpointName } from "#kit/failpoints.ts";
import { connectKafka } from "#kit/kafka.ts";
import { ensureTopics } from "#kit/topics.ts";
import type { KafkaHandle } from "#stack/kafka.ts";
import type { PostgresHandle } from "#stack/postgres.ts";
import { until } from "#test/support/until.ts";
import { audit, faultsOf, untilDrained, type Audit } from "./audit.ts";
import { groupOf, installModelShop, modelEvents, PARTS, wantOrders, type PartName } from "./model-shop.ts";
import { ShopProcesses, type KillCounts } from "./shop-processes.ts";

/** The servers a round runs on; it may kill them too. */
export interface Servers {
  kafka: KafkaHandle;
  postgres: PostgresHandle;
}

/** Which failpoint kills which part, and at which of its hits. */
type Plan = Partial<Record<PartName, { name: FailpointName; nth: number }>>;

/** What one round is. The same seed gives the same choices; the timing is the machine's. */
export interface RoundOptions {
  seed: number;
  /** How many orders are made; a plan makes more, until each of its failpoints was hit. */
  orders: number;
  /** Processes killed from outside, beside the failpoints. */
  randomKills: number;
  /** Whether the broker and the database are killed once each as well. */
  killServers: boolean;
  leaseMs: number;
  /** The failpoint of each part, until it was hit once; chosen by the seed where it is left out. */
  plan?: Plan;
}

/** What came of a round. */
export interface RoundResult {
  seed: number;
  durationMs: number;
  counts: KillCounts;
  serverKills: number;
  audit: Audit;
  /** Empty if the kit kept its promises. */
  faults: string[];
}

/** A small seeded generator (mulberry32): numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FAILPOINTS_OF: Record<"relay" | "consumer", [FailpointName, number][]> = {
  relay: [
    ["before-publish", 12],
    ["after-publish-before-mark", 12],
  ],
  consumer: [
    ["after-work-before-commit", 40],
    ["in-rebalance", 2],
  ],
};

function randomFailpoint(part: PartName, random: () => number): string | undefined {
  if (random() < 0.25) return undefined;
  const choices = FAILPOINTS_OF[part.startsWith("relay") ? "relay" : "consumer"];
  const [name, most] = choices[Math.floor(random() * choices.length)] ?? ["before-publish", 1];
  return `${name}:${1 + Math.floor(random() * most)}`;
}

async function makeDatabase(postgres: PostgresHandle, name: string): Promise<string> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.toString();
}

async function makeTopics(brokers: string, prefix: string): Promise<void> {
  const quiet = (): void => undefined;
  const log = { info: quiet, warn: quiet, error: quiet, debug: quiet };
  const admin = connectKafka({ brokers: brokers.split(","), clientId: "fault", log }).admin();
  await admin.connect();
  const { created, completed } = modelEvents(prefix);
  const consumers = [
    { group: groupOf(prefix, "payments"), events: [created] },
    { group: groupOf(prefix, "orders"), events: [completed] },
  ];
  await ensureTopics({ admin, events: [created, completed], consumers });
  await admin.disconnect();
}

/** How far the shop is: orders written and orders paid; 0 while the database cannot say. */
async function progressOf(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const sql =
      "SELECT (SELECT count(*) FROM orders.shop_order) + (SELECT count(*) FROM payments.payment) AS n";
    const { rows } = await client.query(sql);
    return Number((rows[0] as { n: string }).n);
  } catch {
    // The server may be down on purpose just now; the caller asks again.
    return 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const STALL_LIMIT_MS = 20_000;

/** Waits until the shop has come as far as `progress`, or for 20 s: a kill must meet work, not a start. */
async function untilProgress(databaseUrl: string, progress: number): Promise<void> {
  const deadlineAt = Date.now() + STALL_LIMIT_MS;
  while (Date.now() < deadlineAt && (await progressOf(databaseUrl)) < progress) await delay(250);
}

interface Chaos extends RoundOptions {
  random: () => number;
  databaseUrl: string;
}

/** Kills parts, and once each the servers, at seeded shares of the round's work. */
async function chaos(shop: ShopProcesses, servers: Servers, options: Chaos): Promise<number> {
  const { random, randomKills, killServers, databaseUrl, orders } = options;
  const kafkaAt = killServers ? Math.floor(random() * randomKills) : -1;
  const postgresAt = killServers ? Math.floor(random() * randomKills) : -1;
  let serverKills = 0;
  for (let n = 0; n < randomKills; n++) {
    const share = (n + random()) / (randomKills + 1);
    await untilProgress(databaseUrl, Math.floor(2 * orders * share));
    await shop.kill(PARTS[Math.floor(random() * PARTS.length)] ?? "orders");
    for (const [at, server] of [
      [kafkaAt, servers.kafka],
      [postgresAt, servers.postgres],
    ] as const) {
      if (at !== n) continue;
      await server.kill();
      await delay(500 + Math.floor(random() * 2_000));
      await server.start();
      serverKills++;
    }
  }
  if (randomKills > 0) await untilProgress(databaseUrl, Math.floor(1.8 * orders));
  return serverKills;
}

const PLANNED_LIMIT_MS = 120_000;
const NUDGE_MS = 4_000;
const MORE_ORDERS = 10;

/**
 * Waits until each planned failpoint was hit, and answers how many orders that took: work goes on until then. A
 * rebalance that does not come by itself is brought about.
 */
async function untilPlanned(
  shop: ShopProcesses,
  plan: Plan,
  target: { databaseUrl: string; orders: number },
): Promise<number> {
  const names = Object.values(plan).map(({ name }) => name);
  let { orders } = target;
  const allHit = async (): Promise<boolean> => {
    if (names.every((name) => shop.counts.failpoints[name] > 0)) return true;
    const bothWork = shop.readyForMs("payments-a") > NUDGE_MS && shop.readyForMs("payments-b") > NUDGE_MS;
    if (bothWork && shop.counts.failpoints["in-rebalance"] === 0) await shop.kill("payments-a");
    orders += MORE_ORDERS;
    await wantOrders(target.databaseUrl, orders);
    return false;
  };
  const missing = (): string => names.filter((name) => shop.counts.failpoints[name] === 0).join();
  await until(allHit, { limitMs: PLANNED_LIMIT_MS, everyMs: 500, what: "a hit of each failpoint" }).catch(
    (error: unknown) => {
      throw new Error(`no hit of ${missing()}`, { cause: error });
    },
  );
  return orders;
}

/** Runs the model shop through one round of kills, lets it drain, stops it, and counts. */
export async function runRound(servers: Servers, options: RoundOptions): Promise<RoundResult> {
  const startedAt = Date.now();
  const random = seeded(options.seed);
  const prefix = `f${options.seed.toString(36)}x${startedAt.toString(36)}`;
  const brokers = servers.kafka.brokers;
  const databaseUrl = await makeDatabase(servers.postgres, prefix);
  await installModelShop(databaseUrl);
  await wantOrders(databaseUrl, options.orders);
  await makeTopics(brokers, prefix);
  const target = { brokers, databaseUrl, prefix, orders: options.orders };
  const { plan, leaseMs } = options;
  const shop: ShopProcesses = new ShopProcesses({ brokers, databaseUrl, prefix, leaseMs }, (part) => {
    if (!plan) return randomFailpoint(part, random);
    const planned = plan[part];
    return planned && shop.counts.failpoints[planned.name] === 0
      ? `${planned.name}:${planned.nth}`
      : undefined;
  });
  const faults: string[] = [];
  let serverKills = 0;
  shop.startAll();
  try {
    serverKills = await chaos(shop, servers, { ...options, random, databaseUrl });
    if (plan) target.orders = await untilPlanned(shop, plan, target);
    else await shop.calm();
    await untilDrained(target);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  await shop.stopAll();
  const found = await audit(target);
  faults.push(...faultsOf(found, target.orders), ...shop.counts.crashes);
  const durationMs = Date.now() - startedAt;
  return { seed: options.seed, durationMs, counts: shop.counts, serverKills, audit: found, faults };
}
