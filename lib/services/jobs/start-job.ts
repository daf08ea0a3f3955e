import type { Tx } from "#lib/adapters/db/db.ts";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { startJob as contract } from "#lib/contracts/jobs.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import { needsApproval, needsTyping } from "#lib/domain/jobs/approval.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { refuseOtherPlan } from "#lib/services/jobs/approve-job.ts";
import { checkAgain } from "#lib/services/jobs/check-again.ts";
import { approvalOf, findJob, showJob } from "#lib/services/jobs/get-job.ts";
import { tellJob } from "#lib/services/jobs/steer-job.ts";
import { tellGroups } from "#lib/services/jobs/tell-groups.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";

/** The claims of a job take their time, a portion a statement. */
const START_LIMIT_MS = 30_000;
/** Records that the start itself claims: of a larger job its worker does, page by page before the first copy. */
const CLAIMED_AT_START = 5_000;

type Body = InputOf<typeof contract>["body"];

/**
 * startJob has the plan of this hash sent, once: everything is checked again, then the job's records are claimed, their
 * dead letters moved into the redrive and the job made `running` in one transaction; those of a large job are claimed by
 * its worker. Records that another job holds or that are not open any more are refused one by one. Throws `cluster_unknown`, `cluster_read_only`, `job_unknown`,
 * `job_not_planned`, `job_refused`, `job_not_approved`, `job_confirmation_wrong`, `job_plan_changed`,
 * `cluster_unreachable`.
 */
export async function startJob(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const job = await findJob(ctx, cluster.id, input.params.number);
  refuseOtherPlan(job, input.body.hash);
  refuseUnconfirmed(ctx, job, input.body);
  const differences = await checkAgain(ctx, cluster.id, job);
  if (differences.length > 0)
    throw new AppError("job_plan_changed", differences.slice(0, 3).join(" "), {
      details: { job: job.number, differences: differences.length },
    });
  await ctx.db.transaction((tx) => begin(ctx, tx, { job, body: input.body }), { timeoutMs: START_LIMIT_MS });
  await tellJob(ctx, cluster.id, job.number);
  return showJob(ctx, await findJob(ctx, cluster.id, job.number));
}

function refuseUnconfirmed(ctx: Ctx, job: StoredJob, { confirmRecords, sendHeld }: Body): void {
  const { plan, spec, number } = job;
  const { settings } = ctx.jobs;
  if (needsApproval(spec, plan, settings) && approvalOf(job, ctx.now()) === null)
    throw new AppError(
      "job_not_approved",
      "A second person has to approve this plan; approvals lapse after 24 h.",
      {
        details: { job: number },
      },
    );
  if (plan === null || !needsTyping(plan, settings)) return;
  const held = plan.held.reduce((sum, { count }) => sum + count, 0);
  const records = plan.records + (sendHeld ? held : 0);
  if (confirmRecords !== records)
    throw new AppError("job_confirmation_wrong", "The number of records that will be sent has to be typed.", {
      details: { job: number },
    });
}

async function begin(ctx: Ctx, tx: Tx, { job, body }: { job: StoredJob; body: Body }): Promise<void> {
  const { number, cluster, spec } = job;
  const at = ctx.now();
  const { hash, reason, sendHeld } = body;
  if (!(await tx.jobs.start(number, { hash, at, reason })))
    throw new AppError("job_not_planned", "The job was decided by somebody else meanwhile.", {
      details: { job: number },
    });
  if (spec.source.kind === "ranges") {
    const others = await tx.jobClaims.takeRanges({ cluster, number });
    if (others.length > 0)
      throw new AppError("job_plan_changed", `The ranges are claimed by job ${others.join(", ")}.`, {
        details: { job: number, claimedBy: others.join(",") },
      });
  } else if ((await tx.jobClaims.rows(number)) > CLAIMED_AT_START) {
    const { pending, held } = job.counts;
    if (pending + (sendHeld ? held : 0) === 0) throw await nothingLeft(tx, number);
    await tx.jobClaims.leaveToWorker(number, { sendsHeld: sendHeld });
  } else {
    if (sendHeld) await tx.jobs.releaseHeld(number);
    await tx.jobClaims.takeRecords({ cluster, number, at });
    const counts = await tx.jobs.recount(number);
    if (counts.pending === 0) throw await nothingLeft(tx, number);
    await tx.hints.notify([{ feature: "dead-letters", cluster, id: null }]);
  }
  await tx.jobs.addEvent(number, { at, actor: auditActor(ctx.actor).actorLabel, what: `Started: ${reason}` });
  await tellGroups(tx, job, { at, what: `started: ${job.name}` });
}

/** All that would be sent is claimed elsewhere or changed: nothing is started. */
async function nothingLeft(tx: Tx, number: number): Promise<AppError> {
  const [first] = await tx.jobs.records(number, { after: -1n, limit: 1, outcome: "refused" });
  const why = first?.reason ?? "All records are held.";
  return new AppError("job_plan_changed", `Nothing is left to send. ${why}`, { details: { job: number } });
}
