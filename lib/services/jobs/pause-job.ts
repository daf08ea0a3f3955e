import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { pauseJob as contract } from "#lib/contracts/jobs.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { steerJob, wishedBy, withReason } from "#lib/services/jobs/steer-job.ts";

/** pauseJob has a running job stop behind its open transaction. Throws what {@link steerJob} throws. */
export function pauseJob(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const reason = wishedBy(ctx, "Paused", input.body.reason);
  return steerJob(ctx, input.params, {
    what: withReason("Pause asked for", input.body.reason),
    change: (tx, { number }) => tx.jobs.wish(number, { wish: "pause", reason }, ["running"]),
    otherwise: (state) => `The job is ${state}: only a running one can be paused.`,
  });
}
