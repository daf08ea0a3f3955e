import type { Tx } from "#lib/adapters/db/db.ts";
import type { JobRun, PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import { groupsReached } from "#lib/services/jobs/tell-groups.ts";

/** A replay without a brake is expected to send this many records a second. */
const UNBRAKED_PER_SECOND = 10_000;
const SHORTEST_MS = 10 * 60_000;
const LONGEST_MS = 4 * 3_600_000;

/** muteUntil is the end of a replay's mute: 1.5 times its planned length, 10 minutes at least, 4 hours at most. */
function muteUntil(now: number, { records, rate }: { records: number; rate: number | null }): number {
  const plannedMs = (records / (rate ?? UNBRAKED_PER_SECOND)) * 1_000;
  return now + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 1.5 * plannedMs));
}

/** muteGroups writes the mute rows of a replay: the lag of the groups that it reaches is expected. */
export async function muteGroups(run: JobRun, tx: Tx, job: PlannedJob): Promise<void> {
  if (job.kind !== "replay") return;
  const groups = groupsReached(job);
  if (groups.length === 0) return;
  const fromAt = run.ctx.now();
  const untilAt = muteUntil(fromAt, { records: job.plan.records, rate: job.recordsPerSecond });
  const reason = `Job ${run.number} replays records to it.`;
  await tx.jobRuns.mute(run.number, { cluster: run.ctx.cluster, groups, fromAt, untilAt, reason });
}
