import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";

/** workerResetCtx is what the worker of a job plans and applies offset resets on: as itself, in the job's cluster. */
export const workerResetCtx = ({
  db,
  kafka,
  log,
  newId,
  now,
  signal,
}: Pick<PlanCtx, "db" | "kafka" | "log" | "newId" | "now" | "signal">): ResetCtx => ({
  ...{ db, log, newId, now, signal },
  actor: { kind: "worker" },
  kafka: () => kafka,
});
