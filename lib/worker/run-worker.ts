import { indexLease, LEASE_TIMES, sweepLease, type LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { keptMs } from "#lib/domain/time/history-levels.ts";
import type { Runtime } from "#lib/runtime.ts";
import { keepLease } from "#lib/worker/keep-lease.ts";
import { indexDeadLetters } from "#lib/worker/loops/index-dead-letters.ts";
import { runJobs } from "#lib/worker/loops/run-jobs.ts";
import { rollUpHistory } from "#lib/worker/loops/roll-up.ts";
import { sweepCluster } from "#lib/worker/loops/sweep.ts";
import { watchResets } from "#lib/worker/loops/watch-resets.ts";
import { sagaLoops } from "#lib/worker/saga-loops.ts";

/** How a worker runs; the times are shortened by tests only. */
export interface WorkerOptions {
  readonly signal: AbortSignal;
  readonly leaseTimes?: LeaseTimes;
  readonly beatMs?: number;
}

/**
 * runWorker runs every loop of the worker until the signal, each under a lease of its own, and resolves when all have
 * ended. Any number of workers is safe. Outages of the database and of clusters are waited out.
 */
export async function runWorker(
  runtime: Pick<Runtime, "config" | "db" | "kafka" | "log" | "now" | "newId" | "jobs" | "sagas">,
  { signal, leaseTimes = LEASE_TIMES, beatMs }: WorkerOptions,
): Promise<void> {
  const { db, now, newId } = runtime;
  const holder = newId();
  const log = runtime.log.child({ worker: holder });
  const leased = { db, holder, times: leaseTimes, log, signal };
  const sweeps = runtime.config.clusters.map(({ id: cluster }) => {
    const loop = {
      cluster,
      kafka: runtime.kafka(cluster),
      db,
      allowedLag: runtime.config.allowedLag,
      now,
      log,
      ...(beatMs === undefined ? {} : { beatMs }),
    };
    return keepLease({ ...leased, name: sweepLease(cluster) }, (lease, held) =>
      sweepCluster(loop, lease, held),
    );
  });
  const indexes = runtime.config.clusters.map(({ id: cluster, deadLetters }) => {
    const { topics: patterns, headers, previews, floodAt } = deadLetters;
    const generic = headers === undefined ? undefined : { fields: headers };
    const kafka = runtime.kafka(cluster);
    const loop = {
      ...{ cluster, kafka, db, now, log },
      settings: { previews, floodAt, patterns, generic },
      keepsKey: (topic: string) => kafka.records.maskOf(topic).key.kind === "none",
      ...(beatMs === undefined ? {} : { beatMs }),
    };
    return keepLease({ ...leased, name: indexLease(cluster) }, (lease, held) =>
      indexDeadLetters(loop, lease, held),
    );
  });
  const sagas = sagaLoops(runtime, { leased, beatMs });
  const kept = keptMs(runtime.config.history);
  const history = keepLease({ ...leased, name: "history" }, (lease, held) =>
    rollUpHistory({ db, now, log, kept }, lease, held),
  );
  const resets = keepLease({ ...leased, name: "offset-resets" }, (lease, held) =>
    watchResets({ db, kafka: (cluster) => runtime.kafka(cluster), now, log }, lease, held),
  );
  const copies = runtime.config.clusters.map(({ id: cluster }) => {
    const loop = { cluster, kafka: runtime.kafka(cluster), db, now, newId, log, jobs: runtime.jobs };
    return runJobs({ ...loop, holder, times: leaseTimes }, signal);
  });
  await Promise.all([...sweeps, ...indexes, ...sagas, history, resets, ...copies]);
}
