import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import type { RoundTold } from "./rounds.ts";

/** What any round measures; times in ms, sizes in bytes. */
export interface RoundCost {
  ms: number;
  cpuMs: number;
  maxRss: number;
}

/** openRound makes what a round works on: its database, its cluster and a lease that it holds to the end. */
export async function openRound(leaseName: string) {
  const { brokers, databaseUrl, count } = JSON.parse(process.env["BENCH_ROUND"] ?? "{}") as RoundTold;
  const now = (): number => Date.now();
  const log = makeLog("bench", "warn");
  const db = openDb({ url: databaseUrl, applicationName: "bench", poolSize: 4, now, log });
  const cluster = { bootstrap: brokers.split(","), clientId: "bench", tls: null, sasl: null, now };
  const kafka = openKafkaCluster(cluster);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const lease: Lease | null = await db.leases.take({ name: leaseName, holder: "bench", ttlMs: 3_600_000 });
  if (lease === null) throw new Error("A new database has no other holder.");
  return { count, now, log, db, kafka, client, lease };
}

/** measured runs a worker's loop until `done` says that everything is stored, and tells what that took. */
export async function measured(
  start: (signal: AbortSignal) => Promise<void>,
  done: () => Promise<boolean>,
): Promise<RoundCost> {
  const ended = new AbortController();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const running = start(ended.signal);
  while (!(await done())) await delay(20);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  ended.abort();
  await running;
  return { ms, cpuMs: (user + system) / 1_000, maxRss: process.resourceUsage().maxRSS * 1_024 };
}

/** endRound answers a round's figures to the bench, and closes what it worked on. */
export async function endRound(
  { client, kafka, db }: Pick<Awaited<ReturnType<typeof openRound>>, "client" | "kafka" | "db">,
  figures: RoundCost,
): Promise<void> {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  await client.end();
  await kafka.close();
  await db.close();
}
