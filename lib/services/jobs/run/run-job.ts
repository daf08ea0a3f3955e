import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { LeaseLostError } from "#lib/domain/clusters/lease.ts";
import { planJobNow } from "#lib/services/jobs/compute-plan.ts";
import { claimRecords } from "#lib/services/jobs/run/claim-records.ts";
import { cancelJob, closeJob, endJob, pauseJob, resumeJob } from "#lib/services/jobs/run/end-job.ts";
import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { Overcoming } from "#lib/services/jobs/run/overcome.ts";
import { makeShadows } from "#lib/services/jobs/run/make-shadows.ts";
import { countLateCopies, recoverJob } from "#lib/services/jobs/run/recover-job.ts";
import { groupTurn } from "#lib/services/jobs/run/reset-group.ts";
import { sendJob } from "#lib/services/jobs/run/send-job.ts";
import { Settler } from "#lib/services/jobs/run/settle-job.ts";

/**
 * runJob does for a job whatever its state and what people wish of it ask for, until nothing is to be done or the lease
 * is lost: planning, recovery and sending, settling. Outages are waited out. It ends in good order at any time: what it
 * leaves, the next holder of the lease takes up. Throws LeaseLostError, and the signal's reason.
 */
export async function runJob(run: JobRun): Promise<void> {
  const overcoming = new Overcoming(run);
  const ended = (): boolean => run.signal.aborted;
  while (!ended()) {
    try {
      const job = await run.ctx.db.jobRuns.load(run.number);
      if (job === null) return;
      if ((await turn(run, job)) === "over") return;
      overcoming.succeeded();
    } catch (error) {
      if (ended() || error instanceof LeaseLostError) throw error;
      await overcoming.of(error);
    }
  }
}

type Turn = "again" | "over";

async function turn(run: JobRun, job: RunningJob): Promise<Turn> {
  if (job.spec.target.kind === "group" && job.state !== "planning") return groupTurn(run, job);
  switch (job.state) {
    case "planning":
      await planJobNow({ ...run.ctx, signal: run.signal, guarded: run.guarded }, run.number);
      return "over";
    case "running":
      return runningTurn(run, job);
    case "paused":
      if (job.wish === "cancel") return cancelTurn(run, job);
      if (job.wish === "run") return resumeTurn(run);
      await settleAlone(run, job);
      return (await isAsItWas(run, job)) ? "over" : "again";
    case "settling":
      if (job.wish === "cancel") return cancelTurn(run, job);
      await settleAlone(run, job);
      if ((await isAsItWas(run, job)) && !run.signal.aborted) {
        await countLateCopies(run, { continued: null });
        await endJob(run);
      }
      return "again";
    case "cancelled":
      await settleAlone(run, job);
      if (!run.signal.aborted) await closeJob(run);
      return "over";
    default:
      return "over";
  }
}

async function isAsItWas({ ctx, number }: JobRun, { state, wish }: RunningJob): Promise<boolean> {
  const now = await ctx.db.jobRuns.load(number);
  return now?.state === state && now.wish === wish;
}

/** Settles while the job stays as it is. */
async function settleAlone(run: JobRun, { state, wish }: RunningJob): Promise<void> {
  const settler = new Settler(run);
  const goesOn = (job: RunningJob): boolean => job.state === state && job.wish === wish;
  await settler.settle({ sends: () => false, goesOn }, run.signal);
}

async function resumeTurn(run: JobRun): Promise<Turn> {
  await resumeJob(run);
  return "again";
}

async function cancelTurn(run: JobRun, job: RunningJob): Promise<Turn> {
  if (job.state !== "settling") await endTransactions(run, job);
  await cancelJob(run);
  return "again";
}

/** Brings a job that this worker did not send for to where nothing of it is open, and its rows say what was sent. */
async function endTransactions(run: JobRun, job: RunningJob): Promise<void> {
  if (job.ledger === null) return;
  const { producer } = await recoverJob(run);
  await producer.close();
}

async function runningTurn(run: JobRun, job: RunningJob): Promise<Turn> {
  if (job.wish === "cancel") return cancelTurn(run, job);
  if (job.wish === "pause") {
    await endTransactions(run, job);
    await pauseJob(run, null);
    return "again";
  }
  if (job.claimedTo !== null) {
    await claimRecords(run);
    return "again";
  }
  await makeShadows(run);
  const end = await sendAndSettle(run);
  if (end.kind === "stopped") await pauseJob(run, end.reason);
  else if (end.kind === "finished") await settlingNow(run);
  else if (end.wish === "pause") await pauseJob(run, null);
  else await cancelJob(run);
  return "again";
}

async function settlingNow(run: JobRun): Promise<void> {
  const at = run.ctx.now();
  await run.guarded(async (tx) => {
    await tx.jobRuns.clearPending(run.number);
    await tx.jobRuns.move(run.number, { from: ["running"], to: "settling", reason: null, at });
    await tellJob(run, tx);
  });
}

/** Sends and follows what was sent at once: the ladder climbs on what is settled. */
async function sendAndSettle(run: JobRun): ReturnType<typeof sendJob> {
  const recovered = await recoverJob(run);
  const settler = new Settler(run);
  const sent = new AbortController();
  const signal = AbortSignal.any([run.signal, sent.signal]);
  const settling = settler
    .settle({ sends: () => !sent.signal.aborted, goesOn: () => true }, signal)
    // What settling fails of, a lost lease or an absent database, sending meets as well.
    .catch((error: unknown) =>
      run.ctx.log.debug(
        { job: run.number, reason: error instanceof Error ? error.message : "unknown" },
        "following copies ended",
      ),
    );
  try {
    const end = await sendJob(run, recovered, { settling: () => settler.waitsFor });
    await countLateCopies(run, recovered);
    return end;
  } finally {
    sent.abort();
    await settling;
    await recovered.producer.close();
  }
}
