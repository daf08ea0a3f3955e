import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import type { Tx } from "#lib/adapters/db/db.ts";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { Job, JobState } from "#lib/domain/jobs/job.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findJob, showJob } from "#lib/services/jobs/get-job.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";

/** accountOf is the account of who acts; null for who has none. */
export const accountOf = ({ actor }: Pick<Ctx, "actor">): string | null =>
  actor.kind === "user" || actor.kind === "token" ? actor.userId : null;

/** tellJob tells worker and consoles that a job changed. */
export const tellJob = (
  ctx: { db: Pick<Ctx["db"], "hints"> },
  cluster: string,
  number: number,
): Promise<void> => ctx.db.hints.notify([{ feature: "jobs", cluster, id: String(number) }]);

/** What a person does to a job. */
interface Steering {
  /** What the trail tells. */
  what: string;
  /** Makes the change; false when the job's state does not allow it any more. */
  change: (tx: Tx, job: StoredJob) => Promise<boolean>;
  /** Why it is not possible in a state, in a sentence. */
  otherwise: (state: JobState) => string;
}

/**
 * steerJob changes what a person wants of a job and answers it as it is then. Throws `cluster_unknown`,
 * `cluster_read_only`, `job_unknown`, `job_not_running`.
 */
export async function steerJob(
  ctx: Ctx,
  params: { cluster: string; number: number },
  { what, change, otherwise }: Steering,
): Promise<Job> {
  const cluster = clusterOf(ctx, params.cluster);
  refuseReadOnly(cluster);
  const job = await findJob(ctx, cluster.id, params.number);
  const changed = await ctx.db.transaction(async (tx) => {
    if (!(await change(tx, job))) return false;
    await tx.jobs.addEvent(job.number, {
      ...{ at: ctx.now(), actor: auditActor(ctx.actor).actorLabel, what },
    });
    return true;
  });
  const now = await findJob(ctx, cluster.id, params.number);
  if (!changed)
    throw new AppError("job_not_running", otherwise(now.state), {
      details: { job: now.number, state: now.state },
    });
  await tellJob(ctx, cluster.id, job.number);
  return showJob(ctx, now);
}

/** wishedBy says who wanted what of a job, and why: the reason of the state that comes of it. */
export const wishedBy = (ctx: Pick<Ctx, "actor">, what: string, reason: string | undefined): string =>
  withReason(`${what} by ${auditActor(ctx.actor).actorLabel}`, reason);

/** withReason adds a reason to what the trail tells. */
export const withReason = (what: string, reason: string | undefined): string =>
  reason === undefined ? `${what}.` : `${what}: ${reason}`;
