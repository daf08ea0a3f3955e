import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { updateJob as contract } from "#lib/contracts/jobs.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { steerJob } from "#lib/services/jobs/steer-job.ts";

/** updateJob changes the brake of a job that has not ended. Throws what {@link steerJob} throws. */
export function updateJob(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const { recordsPerSecond } = input.body;
  return steerJob(ctx, input.params, {
    what:
      recordsPerSecond === null
        ? "The brake was let go."
        : `The brake was set to ${recordsPerSecond} records a second.`,
    change: (tx, { number }) =>
      tx.jobs.setBrake(number, recordsPerSecond, ["planning", "planned", "running", "paused"]),
    otherwise: (state) => `The job is ${state}: it sends nothing any more.`,
  });
}
