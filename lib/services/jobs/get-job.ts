import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getJob as contract } from "#lib/contracts/jobs.ts";
import { APPROVAL_MS, approvalReason, needsTyping } from "#lib/domain/jobs/approval.ts";
import type { PlanNote } from "#lib/domain/jobs/job-plan.ts";
import type { Job, JobProgress } from "#lib/domain/jobs/job.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** A rate that was measured longer ago says nothing of now. */
const RATE_KEPT_MS = 15_000;
/** A job of more records than this tells no partitions: counting them at each look would cost too much. */
const COUNTED_RECORDS = 200_000;

/** getJob answers one job with its plan, progress and trail. Throws `cluster_unknown`, `job_unknown`. */
export async function getJob(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  return showJob(ctx, await findJob(ctx, cluster, input.params.number));
}

/** findJob is the job of this number as stored. Throws AppError `job_unknown`. */
export async function findJob(ctx: Pick<Ctx, "db">, cluster: string, number: number): Promise<StoredJob> {
  const job = number <= 2 ** 31 - 1 ? await ctx.db.jobs.find(cluster, number) : null;
  if (job !== null) return job;
  throw new AppError("job_unknown", `The cluster has no job ${number}.`, {
    details: { cluster, job: number },
  });
}

/** approvalOf is the approval that still counts for a job's plan; null where there is none. */
export function approvalOf({ approval, hash }: StoredJob, now: number): StoredJob["approval"] {
  if (approval === null || approval.hash !== hash) return null;
  return now - approval.at > APPROVAL_MS ? null : approval;
}

/** showJob is a job as it is answered. */
export async function showJob(ctx: Pick<Ctx, "db" | "now" | "jobs">, stored: StoredJob): Promise<Job> {
  const { id, number, kind, name, state, wish, target, counts, requestedBy, requestedAt } = stored;
  const { startedAt, endedAt, stateReason, spec, plan, hash, resetId, reason, recordsPerSecond } = stored;
  const { settings } = ctx.jobs;
  const approval = approvalOf(stored, ctx.now());
  const why = approvalReason(spec, plan, settings);
  return {
    ...{ id, number, kind, name, state, wish, target, counts, requestedBy, requestedAt },
    ...{ startedAt, endedAt, stateReason, spec, plan, hash, resetId, reason, recordsPerSecond },
    planned: state === "planning" ? { done: stored.plannedDone, of: stored.plannedOf } : null,
    approval: {
      needed: why !== null,
      why,
      by: approval?.by ?? null,
      at: approval?.at ?? null,
    },
    typedConfirmation: needsTyping(plan, settings),
    progress: await progressOf(ctx, stored),
    notes: notesOf(stored),
    events: await ctx.db.jobs.events(number),
  };
}

async function progressOf({ db, now }: Pick<Ctx, "db" | "now">, stored: StoredJob): Promise<JobProgress> {
  const { number, counts, measured, state, rung, waitsFor, aborted, possibleDuplicates } = stored;
  // A replay to a group is measured by what its group reads again.
  const rereads = stored.target.kind === "group" && state === "settling";
  const sends = (state === "running" || rereads) && measured !== null && now() - measured.at <= RATE_KEPT_MS;
  const rate = sends ? measured.rate : null;
  const left = rereads ? counts.sent : counts.pending;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const ofRanges = stored.spec.source.kind === "ranges";
  return {
    ...{ counts, recordsPerSecond: rate, rung, waitsFor, aborted, possibleDuplicates },
    sendsInMs: rate === null || rate <= 0 ? null : Math.ceil((left / rate) * 1_000),
    targets: !ofRanges && all <= COUNTED_RECORDS ? await db.jobs.targets(number) : [],
    ranges: ofRanges && stored.target.kind !== "group" ? await rangesOf(db, number) : [],
  };
}

async function rangesOf({ jobRuns }: Ctx["db"], number: number): Promise<JobProgress["ranges"]> {
  const ranges = await jobRuns.ranges(number);
  return ranges.map(({ topic, partition, fromOffset, toOffset, nextOffset }) => ({
    ...{ topic, partition, offsets: Number(toOffset - fromOffset), read: Number(nextOffset - fromOffset) },
  }));
}

/** Why the present state allows nothing more. */
function notesOf({ state, wish }: StoredJob): PlanNote[] {
  if (state === "planning") return [{ code: "planning", sentence: "A worker computes the plan." }];
  if (state === "settling")
    return [{ code: "settling", sentence: "All is sent; what becomes of it is being followed." }];
  if (state === "running" && wish !== "run")
    return [{ code: `wish_${wish}`, sentence: "The open transaction ends first." }];
  return [];
}
