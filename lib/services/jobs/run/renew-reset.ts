import { compareReplay } from "#lib/domain/jobs/group-replay.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";
import type { GroupJob } from "#lib/services/jobs/run/group-job.ts";
import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { workerResetCtx } from "#lib/services/jobs/worker-reset-ctx.ts";
import { computePlan } from "#lib/services/offset-resets/compute-plan.ts";
import { keepPlan } from "#lib/services/offset-resets/plan-offset-reset.ts";

/** What became of planning a reset anew: it is looked at again, or the job stops. */
type Renewed = { kind: "wait"; sentence: string } | { kind: "stop"; reason: string };

/** The reset's own word for a consumer that commits without being a member. */
const LIVE_COMMITTER = "live_committer";

/**
 * renewReset plans a job's reset anew, from where the group stands now that it is empty: it read on since the plan was
 * made, or the reset was refused. The offsets that it is put to stay those of the plan; where they cannot, or where
 * commits went back, or it grew past what one person may decide, the job stops with the difference. The former reset can be applied by nobody from then on.
 */
export async function renewReset(
  run: JobRun,
  { job, reset }: { job: GroupJob; reset: OffsetReset },
): Promise<Renewed> {
  const { cluster, now } = run.ctx;
  const { group, target, scope } = reset;
  const ctx = workerResetCtx({ ...run.ctx, signal: run.signal });
  const asked = { cluster, group, target, scope };
  const plan = await computePlan(ctx, asked);
  const { differences, readOn } = compareReplay(reset.plan, plan);
  if (differences.length > 0)
    return { kind: "stop", reason: `The plan is not true any more. ${differences.slice(0, 3).join(" ")}` };
  if (plan.totals.changed === 0)
    return { kind: "stop", reason: "Every commit is there already: nothing would change." };
  const agreed = approvedSize(run, { job, records: job.plan.records + readOn });
  if (agreed !== null) return { kind: "stop", reason: agreed };
  const live = plan.warnings.find(({ code }) => code === LIVE_COMMITTER);
  if (live !== undefined) return { kind: "wait", sentence: live.sentence };
  const at = now();
  await run.guarded(async (tx) => {
    const id = await keepPlan(ctx, tx, { asked, plan });
    await withdraw(tx, reset, { at, reason: `Job ${run.number} planned it anew, as reset ${id}.` });
    await tx.jobRuns.setReset(run.number, id);
    if (readOn > 0) {
      const what = `Group ${group} read on since the plan: ${recordsPhrase(readOn)} more are read again.`;
      await tx.jobRuns.addJobEvent(run.number, { at, what });
    }
    await tellJob(run, tx);
  });
  run.ctx.log.info({ job: job.number, readOn }, "a reset was planned anew");
  return { kind: "wait", sentence: `Group ${group} is empty; its offsets are being set back.` };
}

/** Why what the group read on makes the replay larger than one person may decide; null where it does not. */
function approvedSize({ ctx }: JobRun, { job, records }: { job: GroupJob; records: number }): string | null {
  const { approvalOver } = ctx.jobs.settings;
  if (records <= approvalOver || job.approval !== null) return null;
  return `Group ${job.group} read on: ${recordsPhrase(records)} would be read again, more than the ${recordsPhrase(approvalOver)} that one person may send. Plan it anew, with a second person.`;
}

type Guarded = Parameters<Parameters<JobRun["guarded"]>[0]>[0];

/** withdraw ends a reset that nobody applied, so that nobody does. One that is decided stays as it is. */
export async function withdraw(
  tx: Guarded,
  { id, state }: Pick<OffsetReset, "id" | "state">,
  { at, reason }: { at: number; reason: string },
): Promise<void> {
  if (state !== "planned") return;
  if ((await tx.offsetResets.begin(id, { by: "worker", at, reason })) !== "begun") return;
  await tx.offsetResets.end(id, { state: "refused", at, failures: [reason], watchUntilAt: null });
}
