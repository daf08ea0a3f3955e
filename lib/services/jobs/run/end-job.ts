import type { OutcomeCounts } from "#lib/domain/jobs/job.ts";
import type { JobState } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";
import { tellGroups } from "#lib/services/jobs/tell-groups.ts";
import { loadJob, tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { giveUpRanges } from "#lib/services/jobs/run/settle-ranges.ts";

/** Rows of one transaction. */
const BATCH = 2_000;
const STARTED: readonly JobState[] = ["running", "paused", "settling"];

/** outcomePhrase says how the sent records of a job ended: `Sent 12 records: 11 passed, 1 returned.` */
function outcomePhrase(counts: OutcomeCounts): string {
  const { sent, passed, returned, unknown } = counts;
  const told = [
    [passed, "passed"],
    [returned, "returned"],
    [unknown, "unknown"],
    [sent, "not settled"],
    [counts.failed, "failed"],
    [counts.refused, "refused"],
    [counts.cancelled, "not sent"],
  ] as const;
  const parts = told.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const all = `Sent ${recordsPhrase(sent + passed + returned + unknown)}`;
  return parts.length === 0 ? `${all}.` : `${all}: ${parts.join(", ")}.`;
}

/**
 * pauseJob stops a job where it is. `reason` is null where a person wished it, whose own reason is taken; else it stays
 * until somebody resumes.
 */
export async function pauseJob(run: JobRun, reason: string | null): Promise<void> {
  const at = run.ctx.now();
  const job = await loadJob(run);
  await run.guarded(async (tx) => {
    const wish = reason === null ? {} : { wish: "pause" as const };
    const from = ["running"] as const;
    const move = { from, to: "paused" as const, reason: reason ?? job.wishReason, at, ...wish };
    if (!(await tx.jobRuns.move(run.number, move))) return;
    const what = reason === null ? "Paused." : `Paused: ${reason}`;
    await tx.jobRuns.addJobEvent(run.number, { at, what: `${what} ${outcomePhrase(job.counts)}` });
    const told = reason === null ? job.wishReason : `Paused: ${reason}`;
    await tellGroups(tx, job, { at, what: (told ?? "is paused.").replace(/^P/, "p") });
    await tellJob(run, tx);
  });
  run.ctx.log.info({ job: run.number, stopped: reason !== null }, "a job is paused");
}

/** resumeJob lets a paused job go on, as a person wished. */
export async function resumeJob(run: JobRun): Promise<void> {
  const at = run.ctx.now();
  const job = await loadJob(run);
  await run.guarded(async (tx) => {
    const move = { from: ["paused"] as const, to: "running" as const, reason: null, at };
    if (await tx.jobRuns.move(run.number, move)) await tellGroups(tx, job, { at, what: "goes on" });
    await tellJob(run, tx);
  });
}

/** cancelJob ends a job that sends no more: the rest is cancelled, what was sent stays and is followed on. */
export async function cancelJob(run: JobRun): Promise<void> {
  const { wishReason } = await loadJob(run);
  const reason = wishReason ?? "The job was cancelled.";
  await cancelRest(run, reason);
  await end(run, "cancelled", reason);
}

/** failJob ends a job that nobody knows how to go on with; its outcomes are kept, and what is not settled is unknown. */
export async function failJob(run: JobRun, reason: string): Promise<void> {
  await cancelRest(run, reason);
  const { db, now } = run.ctx;
  for (const { topic } of await db.jobRuns.sentTo(run.number, { byGroup: false, single: false })) {
    const of = { group: undefined, topic, beforeAt: now() + 1, limit: BATCH };
    for (;;) {
      const seqs = await db.jobRuns.sentBefore(run.number, of);
      if (seqs.length === 0) break;
      const settled = { seqs, outcome: "unknown" as const, reason, at: now() };
      await run.guarded((tx) => tx.jobRuns.settle(run.number, settled));
    }
  }
  await giveUpRanges(run);
  await end(run, "failed", reason);
}

/** endJob ends a job whose records are all settled. */
export async function endJob(run: JobRun): Promise<void> {
  await end(run, "done", null);
}

/** closeJob closes what a cancelled job still holds, when its copies are settled. */
export async function closeJob(run: JobRun): Promise<void> {
  const at = run.ctx.now();
  await run.guarded((tx) => tx.jobRuns.closeAllClaims(run.number, at));
}

async function cancelRest(run: JobRun, reason: string): Promise<void> {
  for (;;) {
    const at = run.ctx.now();
    const rows = await run.guarded(async (tx) => {
      const cancelled = await tx.jobRuns.cancelRows(run.number, { reason, at, limit: BATCH });
      if (cancelled > 0) await tellJob(run, tx);
      return cancelled;
    });
    if (rows === 0) return;
  }
}

async function end(run: JobRun, to: "done" | "cancelled" | "failed", reason: string | null): Promise<void> {
  const at = run.ctx.now();
  await run.guarded((tx) => tx.jobRuns.clearPending(run.number));
  const job = await loadJob(run);
  const { counts } = job;
  await run.guarded(async (tx) => {
    if (!(await tx.jobRuns.move(run.number, { from: STARTED, to, reason, at }))) return;
    if (counts.sent === 0) await tx.jobRuns.closeAllClaims(run.number, at);
    await tx.jobRuns.unmute(run.number, at);
    const words = {
      done: "Done.",
      cancelled: "Cancelled.",
      failed: `Failed: ${reason ?? "nobody knows why."}`,
    };
    await tx.jobRuns.addJobEvent(run.number, { at, what: `${words[to]} ${outcomePhrase(counts)}` });
    await tellGroups(tx, job, { at, what: `ended, ${to}: ${job.name}` });
    await tellJob(run, tx);
    await tx.hints.notify([{ feature: "dead-letters", cluster: run.ctx.cluster, id: null }]);
  });
  run.ctx.log.info({ job: run.number, state: to }, "a job has ended");
}
