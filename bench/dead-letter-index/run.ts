/**
 * One round of the bench in a process of its own: indexes what lies in the topic into an empty database and answers,
 * as one line of JSON, how long it took. Settings come as JSON in BENCH_INDEX.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { indexLease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { indexDeadLetters } from "#lib/worker/loops/index-dead-letters.ts";
import { CLUSTER, DLT, PARTITIONS, SOURCE } from "./shape.ts";

/** What a round is told. */
export interface RoundSettings {
  brokers: string;
  databaseUrl: string;
  count: number;
}

/** What a round answers; times in ms, sizes in bytes. */
export interface Round {
  ms: number;
  cpuMs: number;
  maxRss: number;
  rows: number;
  counted: number;
  tableBytes: number;
}

const { brokers, databaseUrl, count } = JSON.parse(process.env["BENCH_INDEX"] ?? "{}") as RoundSettings;
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
const logs = await kafka.topicLogs.read([SOURCE, DLT], AbortSignal.timeout(30_000));
for (const { topic, topicId } of logs.values()) {
  await client.query(
    `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, observed_at) VALUES ($1, $2, $3, 'base', $4, 1, '{}', '{}', now())`,
    [CLUSTER, topic, topicId, PARTITIONS],
  );
}
const lease = await db.leases.take({ name: indexLease(CLUSTER), holder: "bench", ttlMs: 3_600_000 });
if (lease === null) throw new Error("A new database has no other holder.");
const ended = new AbortController();
const cpu = process.cpuUsage();
const startedAt = performance.now();
const running = indexDeadLetters(
  {
    ...{ cluster: CLUSTER, kafka, db, keepsKey: () => true, now, log, beatMs: 100 },
    settings: { previews: false, floodAt: 100_000_000 },
  },
  lease,
  ended.signal,
);
const counted = async (): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(
    "SELECT coalesce(sum(count), 0)::int AS n FROM dead_letter_tally",
  );
  return rows[0]?.n ?? 0;
};
while ((await counted()) < count) await delay(20);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
ended.abort();
await running;
const { rows } = await client.query<{ n: number; bytes: string }>(
  "SELECT (SELECT count(*)::int FROM dead_letter) AS n, pg_total_relation_size('dead_letter') AS bytes",
);
const round: Round = {
  ms,
  cpuMs: (user + system) / 1_000,
  maxRss: process.resourceUsage().maxRSS * 1_024,
  rows: rows[0]?.n ?? 0,
  counted: await counted(),
  tableBytes: Number(rows[0]?.bytes ?? 0),
};
process.stdout.write(`${JSON.stringify(round)}\n`);
await client.end();
await kafka.close();
await db.close();
