import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { resumeJob as contract } from "#lib/contracts/jobs.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import { checkAgain } from "#lib/services/jobs/check-again.ts";
import { findJob } from "#lib/services/jobs/get-job.ts";
import { steerJob, withReason } from "#lib/services/jobs/steer-job.ts";

/** After this time at rest the plan is checked again. */
const CHECK_AFTER_MS = 15 * 60_000;

/**
 * resumeJob goes on with a paused job; after 15 minutes only where its plan still is true. Throws what
 * {@link steerJob} throws, `job_plan_changed` and `cluster_unreachable`.
 */
export async function resumeJob(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const job = await findJob(ctx, cluster, input.params.number);
  const restedMs = job.pausedAt === null ? 0 : ctx.now() - job.pausedAt;
  if (job.state === "paused" && restedMs > CHECK_AFTER_MS) {
    const differences = await checkAgain(ctx, cluster, job);
    if (differences.length > 0)
      throw new AppError("job_plan_changed", differences.slice(0, 3).join(" "), {
        details: { job: job.number, differences: differences.length },
      });
  }
  return steerJob(ctx, input.params, {
    what: withReason("Resumed", input.body.reason),
    change: (tx, { number }) => tx.jobs.wish(number, { wish: "run", reason: null }, ["paused", "running"]),
    otherwise: (state) => `The job is ${state}: only a paused one can go on.`,
  });
}
