import type { Db, Tx } from "#lib/adapters/db/db.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { Log } from "#lib/log.ts";
import type { JobTools } from "#lib/services/ctx.ts";

/** The protocol's limit of a guarded transaction. */
const WRITE_LIMIT_MS = 2_000;

/** RunCtx is what jobs of one cluster run on. */
export interface RunCtx {
  readonly cluster: string;
  readonly db: Db;
  readonly kafka: KafkaCluster;
  /** Epoch ms. */
  readonly now: () => number;
  /** A UUIDv7. */
  readonly newId: () => string;
  readonly log: Log;
  readonly jobs: JobTools;
  /** The pause between two looks at what was sent; 1 s where absent. */
  readonly settleMs?: number | undefined;
}

/** JobRun is one job in the hands of the holder of its lease. */
export interface JobRun {
  readonly ctx: RunCtx;
  readonly number: number;
  readonly id: string;
  readonly lease: Lease;
  /** How often this holder of the lease has recovered the job. */
  readonly recoveries: { count: number };
  /** Aborted when the lease is lost or the worker ends. */
  readonly signal: AbortSignal;
  /**
   * Runs a write transaction that begins with the guard of the lease; one at a time, so that the renewal does not
   * starve behind them. Throws LeaseLostError, DatabaseUnreachableError.
   */
  readonly guarded: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** openRun makes a {@link JobRun}. */
export function openRun(
  ctx: RunCtx,
  job: { number: number; id: string },
  { lease, signal }: { lease: Lease; signal: AbortSignal },
): JobRun {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...{ ctx, number: job.number, id: job.id, lease, signal, recoveries: { count: 0 } },
    guarded(work) {
      const turn = last.then(() =>
        ctx.db.transaction(
          async (tx) => {
            await tx.leases.guard(lease);
            return work(tx);
          },
          { timeoutMs: WRITE_LIMIT_MS },
        ),
      );
      // Who waits for this turn is told of its failure; the next one does not care.
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** A job with its plan: what is run has one. */
export type PlannedJob = RunningJob & { plan: JobPlan };

/** loadJob reads the job anew. Throws {@link JobStopError} where it has no plan. */
export async function loadJob({ ctx, number }: JobRun): Promise<PlannedJob> {
  const job = await ctx.db.jobRuns.load(number);
  if (job?.plan === undefined || job.plan === null)
    throw new JobStopError("failed", "It has no plan: nobody knows what it is to send.");
  return { ...job, plan: job.plan };
}

/** What people want of a job now, and its brake in records a second. Throws LeaseLostError. */
export async function askJob({
  ctx,
  number,
  lease,
}: JobRun): Promise<{ wish: "run" | "pause" | "cancel"; rate: number | null }> {
  const said = await ctx.db.jobRuns.ask(number, lease);
  if (said === null || !said.ours) throw new LeaseLostError(lease.name);
  return said;
}

/** tellJob tells the consoles that a job changed, inside a transaction. */
export async function tellJob({ ctx, number }: JobRun, tx: Tx): Promise<void> {
  await tx.hints.notify([{ feature: "jobs", cluster: ctx.cluster, id: String(number) }]);
}

/** JobStopError says why a job must not go on by itself: it is paused, to be resumed when mended, or has failed. */
export class JobStopError extends Error {
  readonly to: "paused" | "failed";

  constructor(to: "paused" | "failed", message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "JobStopError";
    this.to = to;
  }
}
