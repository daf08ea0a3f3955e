import type { Lease } from "#lib/domain/clusters/lease.ts";
import { LEVEL_SHAPES, nextFold } from "#lib/domain/time/history-levels.ts";
import { tendSamplePartitions, type HistoryLoop } from "#lib/worker/loops/sample-partitions.ts";
import { pause } from "#lib/services/pause.ts";

const EVERY_MS = 60_000;
/** An hour of sweeps of this many partitions, or a day of their minutes, folds in some 200 ms. */
const BATCH_PARTITIONS = 250;
/** A batch takes well under a second; on a machine out of breath two renewals still fit into the lease. */
const WRITE_LIMIT_MS = 5_000;

/** rollUpHistory tends the partitions of samples and folds what is due, once a minute while its lease holds. */
export async function rollUpHistory(loop: HistoryLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tendSamplePartitions(loop, lease);
    await foldDue(loop, lease, signal);
    await pause(EVERY_MS, signal);
  }
}

/**
 * foldDue folds every row's time that is due, oldest first. Each batch is a guarded transaction; a row's time counts as
 * folded once all of them are written, so that a kill in between costs only work. Throws LeaseLostError,
 * DatabaseUnreachableError.
 */
export async function foldDue(
  { db, now, log }: HistoryLoop,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const guarded: HistoryLoop["db"]["transaction"] = (work) =>
    db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        return work(tx);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  await guarded((tx) => tx.rollUps.begin());
  for (;;) {
    const due = nextFold(await db.rollUps.spans(), now());
    if (due === null) return;
    const { level, fromAt } = due;
    const startedAt = now();
    const batches = await db.rollUps.batches(level, fromAt, BATCH_PARTITIONS);
    if (batches.length > 0)
      await guarded((tx) => tx.samplePartitions.ensure(level, fromAt, fromAt + LEVEL_SHAPES[level].rowMs));
    for (const batch of batches) {
      if (signal.aborted) return;
      await guarded((tx) => tx.rollUps.fold(batch));
    }
    await guarded((tx) => tx.rollUps.finish(level, fromAt));
    log.debug({ level, fromAt, batches: batches.length, ms: now() - startedAt }, "history folded");
  }
}
