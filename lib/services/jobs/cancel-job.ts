import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { cancelJob as contract } from "#lib/contracts/jobs.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { steerJob, wishedBy, withReason } from "#lib/services/jobs/steer-job.ts";

/**
 * cancelJob ends a job for good: one that sent nothing yet at once, one under way by its worker behind the open
 * transaction. What was sent stays. Throws what {@link steerJob} throws.
 */
export function cancelJob(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const reason = wishedBy(ctx, "Cancelled", input.body.reason);
  return steerJob(ctx, input.params, {
    what: withReason("Cancel asked for", input.body.reason),
    async change(tx, { number }) {
      const unsent = { at: ctx.now(), reason, from: ["planning", "planned"] as const };
      if (await tx.jobs.cancelUnsent(number, unsent)) {
        await tx.jobs.recount(number);
        return true;
      }
      return tx.jobs.wish(number, { wish: "cancel", reason }, ["running", "paused", "settling"]);
    },
    otherwise: (state) => `The job is ${state}: it has ended.`,
  });
}
