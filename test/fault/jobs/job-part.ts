/**
 * A worker in a process of its own, which kills or stops itself at a failpoint. Settings come as JSON in FAULT_JOBS. It
 * writes `hit <failpoint>` at each failpoint and `failpoint <failpoint>` before it dies or stops.
 */
import { writeSync } from "node:fs";
import { v7 } from "uuid";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { readConfig } from "#lib/config.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import type { PartFailpoint } from "./job-workers.ts";

/** What a worker is told. */
export interface JobPartSettings {
  brokers: string;
  databaseUrl: string;
  leaseTimes: LeaseTimes;
  beatMs: number;
  failpoint: PartFailpoint;
}

const { brokers, databaseUrl, leaseTimes, beatMs, failpoint } = JSON.parse(
  process.env["FAULT_JOBS"] ?? "{}",
) as JobPartSettings;

let hits = 0;
function copyFailpoints(at: CopyFailpoint): void {
  writeSync(1, `hit ${at}\n`);
  if (failpoint?.at !== at || (hits += 1) !== failpoint.nth) return;
  writeSync(1, `failpoint ${at}\n`);
  process.kill(process.pid, failpoint.signal);
}

const now = (): number => Date.now();
const log = makeLog("fault-jobs", process.env["FAULT_LOG_LEVEL"] ?? "warn");
const config = readConfig({ KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl });
const db = openDb({ url: databaseUrl, applicationName: "fault-jobs", poolSize: 6, now, log });
const kafka = openKafkaCluster({
  bootstrap: brokers.split(","),
  ...{ clientId: "fault-jobs", tls: null, sasl: null, now, copyFailpoints },
});
const ended = new AbortController();
process.once("SIGTERM", () => ended.abort());
process.on("unhandledRejection", (error) => writeSync(1, `rejection ${String(error)}\n`));
const tools = { jobs: testJobTools(), sagas: testSagaTools() };
const runtime = { config, db, kafka: () => kafka, log, now, newId: () => v7(), ...tools };
const running = runWorker(runtime, { signal: ended.signal, leaseTimes, beatMs });
writeSync(1, "ready\n");
await running;
await kafka.close();
await db.close();
