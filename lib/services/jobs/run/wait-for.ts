import { setTimeout as delay } from "node:timers/promises";
import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";

/** restFor waits `ms`, or less when the signal is aborted. */
export async function restFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // An abort only cuts the wait short: the caller looks at the signal.
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}

/**
 * waitFor rests a moment and shows what for; null shows nothing and leaves what stands. `shown` is what was shown last:
 * it is written only when it changes.
 */
export async function waitFor(
  run: JobRun,
  { shown, sentence, ms }: { shown: { waitsFor: string | null }; sentence: string | null; ms: number },
): Promise<void> {
  if (sentence !== null && shown.waitsFor !== sentence) {
    await run.guarded(async (tx) => {
      await tx.jobRuns.setWaits(run.number, sentence);
      await tellJob(run, tx);
    });
    shown.waitsFor = sentence;
  }
  await restFor(ms, run.signal);
}
