/**
 * One round of the bench in a process of its own: folds what lies in the topics into an empty database and answers, as
 * one line of JSON, how long it took. Settings come as JSON in BENCH_FOLD.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { choreographiesLease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { foldChoreographiesOf } from "#lib/worker/loops/fold-choreographies.ts";
import { CLUSTER, MAP } from "./shape.ts";

/** What a round is told. */
export interface RoundSettings {
  brokers: string;
  databaseUrl: string;
  events: number;
}

/** What a round answers; times in ms, sizes in bytes. */
export interface Round {
  ms: number;
  cpuMs: number;
  maxRss: number;
  instances: number;
  completed: number;
  tableBytes: number;
}

const { brokers, databaseUrl, events } = JSON.parse(process.env["BENCH_FOLD"] ?? "{}") as RoundSettings;
const now = (): number => Date.now();
const log = makeLog("bench", "warn");
const db = openDb({ url: databaseUrl, applicationName: "bench", poolSize: 4, now, log });
const kafka = openKafkaCluster({
  bootstrap: brokers.split(","),
  clientId: "bench",
  tls: null,
  sasl: null,
  now,
});
const client = new Client({ connectionString: databaseUrl });
await client.connect();
const lease = await db.leases.take({ name: choreographiesLease(CLUSTER), holder: "bench", ttlMs: 3_600_000 });
if (lease === null) throw new Error("A new database has no other holder.");
const ended = new AbortController();
const cpu = process.cpuUsage();
const startedAt = performance.now();
const loop = { cluster: CLUSTER, maps: [MAP], kafka, db, now, log, beatMs: 100 };
const running = foldChoreographiesOf(loop, lease, ended.signal);
const read = async (): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(
    "SELECT coalesce(sum(next_offset), 0)::int AS n FROM choreography_position",
  );
  return rows[0]?.n ?? 0;
};
while ((await read()) < events) await delay(20);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
ended.abort();
await running;
const { rows } = await client.query<{ n: number; completed: number; bytes: string }>(
  `SELECT count(*)::int AS n, (count(*) FILTER (WHERE state = 'completed'))::int AS completed,
    pg_total_relation_size('choreography_instance') AS bytes FROM choreography_instance`,
);
const round: Round = {
  ms,
  cpuMs: (user + system) / 1_000,
  maxRss: process.resourceUsage().maxRSS * 1_024,
  instances: rows[0]?.n ?? 0,
  completed: rows[0]?.completed ?? 0,
  tableBytes: Number(rows[0]?.bytes ?? 0),
};
process.stdout.write(`${JSON.stringify(round)}\n`);
await client.end();
await kafka.close();
await db.close();
