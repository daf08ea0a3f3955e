/** One worker of takeover.ts, in a process of its own. Settings come as JSON in FAULT_WORKER. */
import { v7 } from "uuid";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { readConfig } from "#lib/config.ts";
import { makeLog } from "#lib/log.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

/** What a worker is told: every instant it writes has its parity, so that a sample tells who wrote it. */
export interface WorkerSettings {
  brokers: string;
  databaseUrl: string;
  parity: 0 | 1;
  leaseTimes: LeaseTimes;
  beatMs: number;
}

const { brokers, databaseUrl, parity, leaseTimes, beatMs } = JSON.parse(
  process.env["FAULT_WORKER"] ?? "{}",
) as WorkerSettings;
const now = (): number => Math.floor(Date.now() / 2) * 2 + parity;
const log = makeLog("fault-worker", "warn");
const config = readConfig({ KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl });
const db = openDb({ url: databaseUrl, applicationName: "fault-worker", poolSize: 4, now, log });
const kafka = openKafkaCluster({
  bootstrap: brokers.split(","),
  ...{ clientId: "fault-worker", tls: null, sasl: null, now },
});
const ended = new AbortController();
process.once("SIGTERM", () => ended.abort());
const tools = { jobs: testJobTools(), sagas: testSagaTools() };
const runtime = { config, db, kafka: () => kafka, log, now, newId: () => v7(), ...tools };
await runWorker(runtime, { signal: ended.signal, leaseTimes, beatMs });
await kafka.close();
await db.close();
