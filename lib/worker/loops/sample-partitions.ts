import type { Db } from "#lib/adapters/db/db.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { Log } from "#lib/log.ts";
import { pause } from "#lib/worker/pause.ts";

const EVERY_MS = 10 * 60_000;
const AHEAD_MS = 12 * 3_600_000;
/** Raw samples are kept this long. */
const SAMPLES_KEPT_MS = 48 * 3_600_000;

/** What the loop runs on. */
export interface SamplePartitionsLoop {
  readonly db: Pick<Db, "transaction">;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
}

/** tendSamplePartitions makes partitions of samples ahead and drops those that are too old, while its lease holds. */
export async function tendSamplePartitions(
  loop: SamplePartitionsLoop,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await tendOnce(loop, lease);
    await pause(EVERY_MS, signal);
  }
}

/** tendOnce does one round, in guarded transactions. Throws LeaseLostError, DatabaseUnreachableError. */
async function tendOnce({ db, now, log }: SamplePartitionsLoop, lease: Lease): Promise<void> {
  const at = now();
  const { made, dropped, forgotten } = await db.transaction(async (tx) => {
    await tx.leases.guard(lease);
    return {
      made: await tx.samplePartitions.ensure(at, at + AHEAD_MS),
      dropped: await tx.samplePartitions.dropBefore(at - SAMPLES_KEPT_MS),
      forgotten: await tx.samplePartitions.forgetSeries(at - SAMPLES_KEPT_MS),
    };
  });
  if (made.length + dropped.length + forgotten > 0)
    log.info({ made, dropped, forgotten }, "sample partitions tended");
}
