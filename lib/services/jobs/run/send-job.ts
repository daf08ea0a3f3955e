import { allowedOn, nextRung } from "#lib/domain/jobs/ladder.ts";
import { bucketWaitMs, minutePhrase, windowWaitMs } from "#lib/domain/jobs/pace.ts";
import { settledSince, stopReason } from "#lib/domain/jobs/stop-rules.ts";
import { openCopies } from "#lib/services/jobs/copy-job.ts";
import { loadJob, tellJob, type JobRun, type PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import type { Recovered } from "#lib/services/jobs/run/recover-job.ts";
import { Sending } from "#lib/services/jobs/run/sending.ts";
import { waitFor } from "#lib/services/jobs/run/wait-for.ts";

/** How often what settled is judged while a job sends. */
const JUDGE_MS = 1_000;
const WAIT_MS = 200;
const RUNG_WAIT_MS = 300;

/** Why sending ended. Everything that was committed is written down then, and no transaction is open. */
export type SendEnd =
  { kind: "finished" } | { kind: "wish"; wish: "pause" | "cancel" } | { kind: "stopped"; reason: string };

/** What a sender is told beside the job. */
export interface SendOptions {
  /** What settling waits for now, in a sentence; null where it does not. */
  settling: () => string | null;
}

/**
 * sendJob sends what a recovered job has left, portion by portion, until nothing is left, somebody wants otherwise, or
 * a stop rule ends it. Throws CopyError, KafkaError, LeaseLostError, DatabaseUnreachableError: then the producer is to
 * be thrown away, and recovery tells what was committed.
 */
export async function sendJob(
  run: JobRun,
  { job, producer }: Recovered,
  options: SendOptions,
): Promise<SendEnd> {
  const { kafka, now, jobs, cluster, db } = run.ctx;
  const { openScript, settings, generic, schemas } = jobs;
  const tools = {
    ...{ kafka, now, openScript, settings },
    ...{ generic: generic(cluster), schemas: schemas(cluster) },
  };
  const making = await openCopies(tools, { id: job.id, spec: job.spec, plan: job.plan });
  const ranges = job.spec.source.kind === "ranges" ? await db.jobRuns.ranges(run.number) : [];
  const sending = new Sending({ run, job, producer, making }, ranges);
  const shown = { waitsFor: job.waitsFor };
  try {
    const end = await sendAll({ run, job, sending, options, shown, rung: job.rung, judgedAt: 0 });
    await sending.checkpoints.flush();
    return end;
  } finally {
    await sending.drain();
    making.close();
  }
}

/** What a sender keeps between portions. */
interface Loop {
  run: JobRun;
  job: PlannedJob;
  sending: Sending;
  options: SendOptions;
  shown: { waitsFor: string | null };
  rung: number | null;
  judgedAt: number;
}

async function sendAll(loop: Loop): Promise<SendEnd> {
  const { run, sending } = loop;
  for (;;) {
    run.signal.throwIfAborted();
    const { wish, rate } = await sending.heard();
    if (wish !== "run") return { kind: "wish", wish };
    const stopped = await judged(loop);
    if (stopped !== null) return { kind: "stopped", reason: stopped };
    const allowed = allowedOn(loop.rung, sending.sentInAll);
    if (allowed === 0) {
      const reason = await climb(loop);
      if (reason !== null) return { kind: "stopped", reason };
      continue;
    }
    if (await heldBack(loop, rate)) continue;
    const portion = await sending.next(allowed, rate);
    if (portion === null) return { kind: "finished" };
    // Reading took its time: what was said meanwhile holds.
    const said = await sending.heard();
    if (said.wish !== "run") return { kind: "wish", wish: said.wish };
    loop.shown.waitsFor = null;
    await sending.send(portion, rate);
  }
}

/** Waits a moment where the time window or the brake says so; true when it did. */
async function heldBack({ run, job, sending, shown }: Loop, rate: number | null): Promise<boolean> {
  const now = run.ctx.now();
  const { window } = job.spec.pace;
  if (window !== null && windowWaitMs(window, now) > 0) {
    const hours = `${minutePhrase(window.fromMinute)} to ${minutePhrase(window.toMinute)} UTC`;
    await sending.checkpoints.flush();
    await waitFor(run, { shown, sentence: `It sends from ${hours} only.`, ms: WAIT_MS });
    return true;
  }
  const wait = bucketWaitMs(sending.bucket, { rate, now });
  if (wait <= 0) return false;
  await waitFor(run, { shown, sentence: null, ms: Math.min(wait, WAIT_MS) });
  return true;
}

/** Why what settled so far stops the job; null where it may go on. Looked at once a second. */
async function judged(loop: Loop): Promise<string | null> {
  const now = loop.run.ctx.now();
  if (now - loop.judgedAt < JUDGE_MS) return null;
  loop.judgedAt = now;
  return judge(loop, await loadJob(loop.run));
}

function judge({ rung }: Loop, job: PlannedJob): string | null {
  if (job.counts.returned === 0) return null;
  const settled = settledSince(job.counts, job.judgedCounts);
  const { stopAtReturnedPercent } = job.spec.pace;
  return stopReason({ rung, settled, open: job.counts.sent, stopAtReturnedPercent });
}

/** Goes up a rung when all that was sent is settled, or waits a moment; answers why the job stops. */
async function climb(loop: Loop): Promise<string | null> {
  const { run, sending, options, shown } = loop;
  await sending.checkpoints.flush();
  const job = await loadJob(run);
  const stopped = judge(loop, job);
  if (stopped !== null) return stopped;
  const { sent, pending } = job.counts;
  if (sent > 0) {
    const why = options.settling();
    const sentence = `${sent} of ${sending.sentInAll} sent records are not settled.${why === null ? "" : ` ${why}`}`;
    await waitFor(run, { shown, sentence, ms: RUNG_WAIT_MS });
    return null;
  }
  const rung = loop.rung === null ? null : nextRung(loop.rung, sending.sentInAll + pending);
  await run.guarded(async (tx) => {
    await tx.jobRuns.setRung(run.number, rung);
    await tellJob(run, tx);
  });
  loop.rung = rung;
  return null;
}
