import type { Db, Tx } from "#lib/adapters/db/db.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import { droppableBefore, type KeptMs } from "#lib/domain/time/history-levels.ts";
import type { Log } from "#lib/log.ts";

const AHEAD_MS = 12 * 3_600_000;

/** What the loops of the history run on. */
export interface HistoryLoop {
  readonly db: Pick<Db, "transaction" | "rollUps">;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
  readonly kept: KeptMs;
}

/**
 * tendSamplePartitions makes partitions of raw samples ahead and drops those of any level that are folded and too old,
 * and forgets marks as old as the oldest of them, in short guarded transactions. Raw samples that are folded go a round later, so that a reader who began before the
 * fold still finds them. Throws LeaseLostError, DatabaseUnreachableError.
 */
export async function tendSamplePartitions({ db, now, log, kept }: HistoryLoop, lease: Lease): Promise<void> {
  const at = now();
  const guarded = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.transaction(async (tx) => {
      await tx.leases.guard(lease);
      return work(tx);
    });
  const made = await guarded((tx) => tx.samplePartitions.ensure("raw", at, at + AHEAD_MS));
  const dropped: string[] = [];
  for (const { level, at: before } of droppableBefore(await db.rollUps.spans(), kept, at)) {
    const gone = await guarded(async (tx) => {
      if (level !== "raw") await tx.rollUps.keptFrom(level, before);
      return tx.samplePartitions.dropBefore(level, before);
    });
    dropped.push(...gone);
  }
  const forgotten =
    dropped.length > 0 ? await guarded((tx) => tx.samplePartitions.forgetSeries(at - kept["ten-minute"])) : 0;
  await guarded((tx) => tx.groupEvents.forgetBefore(at - kept["ten-minute"]));
  if (made.length + dropped.length + forgotten > 0)
    log.info({ made, dropped, forgotten }, "sample partitions tended");
}
