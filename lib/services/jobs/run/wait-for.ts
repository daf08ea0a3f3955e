import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { pause } from "#lib/services/pause.ts";

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
  await pause(ms, run.signal);
}
