import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { approveJob as contract } from "#lib/contracts/jobs.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findJob, showJob } from "#lib/services/jobs/get-job.ts";
import { accountOf, tellJob } from "#lib/services/jobs/steer-job.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";

/**
 * approveJob is a second person's word for the plan of this hash. Throws `cluster_unknown`, `cluster_read_only`,
 * `job_unknown`, `job_not_planned`, `job_plan_changed` for another hash, and `approval_own`.
 */
export async function approveJob(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const job = await findJob(ctx, cluster.id, input.params.number);
  const { hash, reason } = input.body;
  const by = auditActor(ctx.actor).actorLabel;
  const account = accountOf(ctx);
  if (account === null || account === job.requestedById)
    throw new AppError("approval_own", "Another person than who asked for the job has to approve it.", {
      details: { job: job.number },
    });
  refuseOtherPlan(job, hash);
  const at = ctx.now();
  const approved = await ctx.db.transaction(async (tx) => {
    if (!(await tx.jobs.approve(job.number, { by, at, hash }))) return false;
    await tx.jobs.addEvent(job.number, { at, actor: by, what: `Approved: ${reason}` });
    return true;
  });
  const now = await findJob(ctx, cluster.id, job.number);
  if (!approved) refuseOtherPlan(now, hash);
  await tellJob(ctx, cluster.id, job.number);
  return showJob(ctx, now);
}

/** refuseOtherPlan throws `job_not_planned` and, for another hash than the plan's, `job_plan_changed`. */
export function refuseOtherPlan(
  { number, state, hash: planned }: { number: number; state: string; hash: string | null },
  hash: string,
): void {
  const details = { job: number, state };
  if (state === "refused")
    throw new AppError("job_refused", "The plan refuses the job: see its refusals.", { details });
  if (state !== "planned")
    throw new AppError("job_not_planned", `The job is ${state}: it is decided once.`, { details });
  if (planned !== hash)
    throw new AppError("job_plan_changed", "The plan is not the one that was looked at.", { details });
}
