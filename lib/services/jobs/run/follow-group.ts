import { followSentence, rereadOf, type Reread } from "#lib/domain/jobs/group-replay.ts";
import type { OutcomeCounts } from "#lib/domain/jobs/job.ts";
import type { OffsetReset, OffsetResetRow } from "#lib/domain/offset-resets/offset-reset.ts";
import { WATCH_MS } from "#lib/domain/offset-resets/outcome.ts";
import type { GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";
import { groupJob, resetOf, type GroupJob } from "#lib/services/jobs/run/group-job.ts";
import { askJob, tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { withdraw } from "#lib/services/jobs/run/renew-reset.ts";
import { tellGroups } from "#lib/services/jobs/tell-groups.ts";
import { pause } from "#lib/services/pause.ts";

const LOOK_MS = 1_000;
const RATE_WINDOW_MS = 10_000;
/** A group that is not back by then is not followed any longer. */
const FOLLOWED_MS = 24 * 3_600_000;
/** The watch over the reset is ended by another loop; one that stays away is not waited for. */
const WATCH_GRACE_MS = 15_000;
/** Resets of the group that are looked through for one that was applied later. */
const LATEST = 20;

/** What this worker noted of a group last. */
interface Noted {
  counts: string;
  sentence: string | null;
  samples: { at: number; passed: number }[];
}

/**
 * followReplay follows a group from where it was put to where it stood: until it is there and the watch over the reset
 * is over, another reset moved its offsets, a day has passed, or a person wishes it ended. Throws KafkaError.
 */
export async function followReplay(run: JobRun): Promise<void> {
  const noted: Noted = { counts: "", sentence: null, samples: [] };
  for (;;) {
    run.signal.throwIfAborted();
    if ((await askJob(run)).wish === "cancel") return;
    const job = await groupJob(run);
    const reset = await resetOf(run, job);
    const standing = await run.ctx.kafka.groupAdmin.standing(job.group, run.signal);
    // Asked for behind the commits: what moved them other than the group is known by then.
    const later = await laterReset(run, job, reset);
    if (later?.state === "applying") {
      await pause(run.ctx.settleMs ?? LOOK_MS, run.signal);
      continue;
    }
    if (later !== null)
      return endReplay(run, { job, passed: job.counts.passed, reason: laterPhrase(job, later) });
    const reread = rereadOf(reset, standing);
    const over = endOf(run, { reset, reread, standing });
    if (over !== null) return endReplay(run, { job, passed: reread.passed, ...over });
    const sentence =
      followSentence(job.group, reread, standing) ??
      "All is read again; the commits are watched for half a minute more.";
    await note(run, noted, { reread, sentence });
    await pause(run.ctx.settleMs ?? LOOK_MS, run.signal);
  }
}

const countsOf = ({ passed, left, unknown }: Reread): Partial<OutcomeCounts> => ({
  ...{ passed, sent: left, unknown },
});

/** Writes down how far the group is, where that changed. */
async function note(
  run: JobRun,
  noted: Noted,
  { reread, sentence }: { reread: Reread; sentence: string },
): Promise<void> {
  const at = run.ctx.now();
  const { samples } = noted;
  samples.push({ at, passed: reread.passed });
  while (samples.length > 2 && (samples[0]?.at ?? at) < at - RATE_WINDOW_MS) samples.shift();
  const [first] = samples;
  const seconds = (at - (first?.at ?? at)) / 1_000;
  const rate = seconds < 1 ? null : Math.max(0, reread.passed - (first?.passed ?? 0)) / seconds;
  const counts = JSON.stringify([reread, rate]);
  if (counts === noted.counts && sentence === noted.sentence) return;
  await run.guarded(async (tx) => {
    await tx.jobRuns.noteReread(run.number, countsOf(reread), rate === null ? null : { rate, at });
    if (sentence !== noted.sentence) await tx.jobRuns.setWaits(run.number, sentence);
    await tellJob(run, tx);
  });
  Object.assign(noted, { counts, sentence });
}

/** Why following ends now; null when it goes on. `reason` is null where everything is read again. */
function endOf(
  { ctx }: JobRun,
  { reset, reread, standing }: { reset: OffsetReset; reread: Reread; standing: GroupStanding },
): { reason: string | null } | null {
  const { left, unknown } = reread;
  const sinceMs = ctx.now() - (reset.appliedAt ?? ctx.now());
  if (sinceMs > FOLLOWED_MS)
    return {
      reason: `After a day ${recordsPhrase(left)} are not read again: the group is not followed any more.`,
    };
  // Commits beside members are refused by the brokers: with members there it was they who read on.
  const byMembers = standing.state === "stable" && reset.watch?.lookedAt !== null;
  const watched = byMembers || reset.watch?.endedAt !== null || sinceMs > WATCH_MS + WATCH_GRACE_MS;
  if (left > 0 || !watched) return null;
  if (unknown === 0) return { reason: null };
  const what = recordsPhrase(unknown);
  return {
    reason: `The commits of ${what} were overwritten by a consumer that is no member: nobody knows whether they were read again.`,
  };
}

const DECIDED: ReadonlySet<string> = new Set(["applying", "applied", "undone", "failed"]);

/** Another reset of the group that was decided behind the job's own. */
async function laterReset(
  { ctx }: JobRun,
  { group, resetId }: GroupJob,
  { appliedAt }: OffsetReset,
): Promise<OffsetResetRow | null> {
  const rows = await ctx.db.offsetResets.list(ctx.cluster, group, { after: null, limit: LATEST });
  return (
    rows.find(
      ({ id, state, decidedAt }) =>
        id !== resetId && DECIDED.has(state) && decidedAt !== null && decidedAt >= (appliedAt ?? 0),
    ) ?? null
  );
}

const laterPhrase = ({ resetId }: GroupJob, { target, decidedBy }: OffsetResetRow): string => {
  const who = decidedBy ?? "somebody";
  return target.kind === "undo" && target.id === resetId
    ? `The reset was undone by ${who}: what was read again stays processed.`
    : `Another reset, by ${who}, moved the offsets: what was left is not followed.`;
};

/** What is left when following ends is `unknown`. */
async function endReplay(
  run: JobRun,
  { job, passed, reason }: { job: GroupJob; passed: number; reason: string | null },
): Promise<void> {
  const { sent, unknown } = job.counts;
  const total = job.counts.passed + sent + unknown;
  const told = `Done. ${job.group} read ${passed.toLocaleString("en-US")} of ${recordsPhrase(total)} again.`;
  await end(run, "done", {
    reason,
    counts: { passed, unknown: total - passed },
    what: reason === null ? told : `${told} ${reason}`,
  });
}

/** cancelReplay ends a replay: before its reset nothing is changed, behind it the following alone ends. */
export async function cancelReplay(run: JobRun): Promise<void> {
  const job = await groupJob(run);
  const reset = await resetOf(run, job);
  const reason = job.wishReason ?? "The job was cancelled.";
  const at = run.ctx.now();
  if (job.state !== "settling" && (reset.state === "planned" || reset.state === "refused")) {
    await run.guarded((tx) => withdraw(tx, reset, { at, reason: `Job ${run.number} was cancelled.` }));
    const counts = { cancelled: job.counts.pending };
    return end(run, "cancelled", { reason, counts, what: `${reason} No offset was changed.` });
  }
  const { pending, passed, sent, unknown } = job.counts;
  const what =
    reset.state === "applying"
      ? `${reason} Whether the offsets are set back tells their reset.`
      : `${reason} The offsets stay set back, and the group is not followed any more. The reset can be undone.`;
  return end(run, "cancelled", { reason, counts: { passed, unknown: unknown + sent + pending }, what });
}

interface End {
  reason: string | null;
  counts: Partial<OutcomeCounts>;
  what: string;
}

async function end(run: JobRun, to: "done" | "cancelled", { reason, counts, what }: End): Promise<void> {
  const at = run.ctx.now();
  const job = await groupJob(run);
  await run.guarded(async (tx) => {
    const from = ["running", "paused", "settling"] as const;
    if (!(await tx.jobRuns.move(run.number, { from, to, reason, at }))) return;
    await tx.jobRuns.noteReread(run.number, counts, null);
    await tx.jobRuns.unmute(run.number, at);
    await tx.jobRuns.addJobEvent(run.number, { at, what });
    await tellGroups(tx, job, { at, what: `ended, ${to}: ${job.name}` });
    await tellJob(run, tx);
  });
  run.ctx.log.info({ job: run.number, state: to }, "a replay to a group has ended");
}

/** pauseReplay stops a replay that waits. `reason` is null where a person wished it, whose own reason is taken. */
export async function pauseReplay(run: JobRun, reason: string | null): Promise<void> {
  const at = run.ctx.now();
  const job = await groupJob(run);
  await run.guarded(async (tx) => {
    const wish = reason === null ? {} : { wish: "pause" as const };
    const from = ["running"] as const;
    const move = { from, to: "paused" as const, reason: reason ?? job.wishReason, at, ...wish };
    if (!(await tx.jobRuns.move(run.number, move))) return;
    const what = reason === null ? "Paused: no offset was changed." : `Paused: ${reason}`;
    await tx.jobRuns.addJobEvent(run.number, { at, what });
    await tellGroups(tx, job, { at, what: reason === null ? "is paused." : `paused: ${reason}` });
    await tellJob(run, tx);
  });
}
