import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { waitSentence } from "#lib/domain/jobs/group-replay.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { sameCommit } from "#lib/domain/offset-resets/plan-rows.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import { waitsForMs } from "#lib/domain/offset-resets/refusals.ts";
import { commitOf, type GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { cancelReplay, followReplay, pauseReplay } from "#lib/services/jobs/run/follow-group.ts";
import { resumeJob } from "#lib/services/jobs/run/end-job.ts";
import { renewReset } from "#lib/services/jobs/run/renew-reset.ts";
import { beginFollowing, groupJob, resetOf, type GroupJob } from "#lib/services/jobs/run/group-job.ts";
import { askJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { waitFor } from "#lib/services/jobs/run/wait-for.ts";
import { workerResetCtx } from "#lib/services/jobs/worker-reset-ctx.ts";
import { applyReset } from "#lib/services/offset-resets/apply-offset-reset.ts";

const LOOK_MS = 1_000;

/**
 * groupTurn does what a replay to a group asks for in its present state: it waits until the group is empty, sets its
 * offsets back once, and follows it to where it stood. What it keeps in memory a successor finds out by looking again;
 * the reset's own state says whether it was applied. Throws KafkaError, AppError, LeaseLostError.
 */
export async function groupTurn(run: JobRun, job: RunningJob): Promise<"again" | "over"> {
  const { state, wish } = job;
  if (state === "running" || state === "paused" || state === "settling") {
    if (wish === "cancel") await cancelReplay(run);
    else if (state === "settling") await followReplay(run);
    else if (state === "running" && wish === "pause") await pauseReplay(run, null);
    else if (state === "running") await waitAndApply(run);
    else if (wish === "run") await resumeJob(run);
    else return "over";
    return "again";
  }
  return "over";
}

/** What this worker has seen of the group since it began to look. */
interface Sight {
  /** Since when it is empty and its commits stand still, epoch ms; null while it is not so. */
  quietSinceAt: number | null;
  /** Whether commits moved while it had no members. */
  moves: boolean;
  standing: GroupStanding | null;
}

type Look =
  | { kind: "applied"; reset: OffsetReset }
  | { kind: "stop"; reason: string }
  | { kind: "wait"; sentence: string };

const wait = (sentence: string): Look => ({ kind: "wait", sentence });
const stop = (reason: string): Look => ({ kind: "stop", reason });

async function waitAndApply(run: JobRun): Promise<void> {
  const sight: Sight = { quietSinceAt: null, moves: false, standing: null };
  const shown = { waitsFor: null as string | null };
  for (;;) {
    run.signal.throwIfAborted();
    if ((await askJob(run)).wish !== "run") return;
    const seen = await look(run, sight);
    if (seen.kind === "applied") return beginFollowing(run, seen.reset);
    if (seen.kind === "stop") return pauseReplay(run, seen.reason);
    await waitFor(run, { shown, sentence: seen.sentence, ms: run.ctx.settleMs ?? LOOK_MS });
  }
}

async function look(run: JobRun, sight: Sight): Promise<Look> {
  const job = await groupJob(run);
  const reset = await resetOf(run, job);
  switch (reset.state) {
    case "applied":
    case "undone":
      return { kind: "applied", reset };
    case "applying":
      return wait(`The offsets of group ${job.group} are being set back.`);
    case "failed":
      return stop(`A part of the reset failed: ${reset.failures.slice(0, 3).join(" ")}`);
    case "planned":
    case "refused":
      return lookAtGroup(run, { job, reset }, sight);
  }
}

interface Replaying {
  job: GroupJob;
  reset: OffsetReset;
}

async function lookAtGroup(run: JobRun, { job, reset }: Replaying, sight: Sight): Promise<Look> {
  const { kafka, now } = run.ctx;
  const { group } = job;
  const standing = await kafka.groupAdmin.standing(group, run.signal);
  if (standing.kind === null) return stop(`The cluster has no group ${group} any more.`);
  const moved = sight.standing !== null && !sameCommits(reset, sight.standing, standing);
  sight.standing = standing;
  if (standing.state !== "empty") {
    Object.assign(sight, { quietSinceAt: null, moves: false });
    return wait(waitSentence(group, standing));
  }
  if (sight.quietSinceAt === null || moved) sight.quietSinceAt = now();
  if (moved) sight.moves = true;
  if (waitsForMs(sight.quietSinceAt, now()) > 0)
    return wait(
      sight.moves
        ? `The commits of group ${group} move although it has no members: a consumer with assigned partitions runs. Stop it; the offsets are set back when they stand still.`
        : `Group ${group} is empty; its offsets are set back when it has been so for 20 s.`,
    );
  if (reset.state === "planned" && isTrue(reset, standing)) return apply(run, { job, reset });
  const renewed = await renewReset(run, { job, reset });
  return renewed.kind === "stop" ? stop(renewed.reason) : wait(renewed.sentence);
}

const sameCommits = ({ plan }: OffsetReset, before: GroupStanding, now: GroupStanding): boolean =>
  plan.rows.every((row) => sameCommit(commitOf(before.commits, row), commitOf(now.commits, row)));

/** Whether the plan starts from the commits as they are, of a group that it found empty. */
const isTrue = ({ plan }: OffsetReset, { commits }: GroupStanding): boolean =>
  plan.groupState === "empty" &&
  changedRows(plan.rows).every((row) => sameCommit(row.from, commitOf(commits, row)));

/** Refusals that pass by themselves, or that the next look deals with. */
const PASSING: ReadonlySet<string> = new Set([
  "cluster_unreachable",
  "group_not_empty",
  "group_not_settled",
  "reset_busy",
  "reset_not_planned",
  "reset_plan_changed",
]);

async function apply(run: JobRun, { job, reset }: Replaying): Promise<Look> {
  const { cluster } = run.ctx;
  const reason = `Job ${run.number}: ${job.reason ?? job.name}`;
  try {
    await askJob(run);
    await applyReset(workerResetCtx({ ...run.ctx, signal: run.signal }), { cluster, reset, reason });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return PASSING.has(error.code) ? wait(`Group ${job.group}: ${error.message}`) : stop(error.message);
  }
  run.ctx.log.info({ job: run.number, reset: reset.id }, "a replay set the offsets of its group back");
  return { kind: "applied", reset: await resetOf(run, job) };
}
