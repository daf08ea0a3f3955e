import { rereadOf } from "#lib/domain/jobs/group-replay.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";
import {
  JobStopError,
  loadJob,
  tellJob,
  type JobRun,
  type PlannedJob,
} from "#lib/services/jobs/run/job-run.ts";
import { muteGroups } from "#lib/services/jobs/run/mute-groups.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";

/** A replay to a group with what it is about. */
export interface GroupJob extends PlannedJob {
  group: string;
  resetId: string;
}

/** groupJob reads the job anew. Throws {@link JobStopError} where it has no reset. */
export async function groupJob(run: JobRun): Promise<GroupJob> {
  const job = await loadJob(run);
  const { target } = job.spec;
  if (target.kind !== "group" || job.resetId === null)
    throw new JobStopError("failed", "It has no offset reset: nobody knows what it is to set back.");
  return { ...job, group: target.group, resetId: job.resetId };
}

/** resetOf is the reset that a job applies, as it is now. Throws AppError `reset_unknown`. */
export const resetOf = ({ ctx }: JobRun, { group, resetId }: GroupJob): Promise<OffsetReset> =>
  findReset(ctx, { cluster: ctx.cluster, group, id: resetId });

/** beginFollowing notes that the offsets are set back: from here on the group is followed to where it stood. */
export async function beginFollowing(run: JobRun, reset: OffsetReset): Promise<void> {
  const job = await groupJob(run);
  const at = run.ctx.now();
  const { total } = rereadOf(reset, { commits: new Map() });
  const partitions = partitionsPhrase(reset.plan.totals.changed);
  const by = reset.decidedBy === null || reset.decidedBy === "worker" ? "" : ` by ${reset.decidedBy}`;
  await run.guarded(async (tx) => {
    const move = { from: ["running"] as const, to: "settling" as const, reason: null, at };
    if (!(await tx.jobRuns.move(run.number, move))) return;
    await tx.jobRuns.noteReread(run.number, { sent: total }, null);
    await muteGroups(run, tx, { ...job, recordsPerSecond: reset.plan.consumeRate });
    const what = `The offsets of ${job.group} were set back${by} on ${partitions}: ${recordsPhrase(total)} are read again.`;
    await tx.jobRuns.addJobEvent(run.number, { at, what });
    await tellJob(run, tx);
    await tx.hints.notify([{ feature: "groups", cluster: run.ctx.cluster, id: job.group }]);
  });
}
