import { askJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";

/** Rows of the first page, and of any. */
const FIRST = 500;
const MOST = 5_000;
/** What a page should take: far under the 2 s that a guarded transaction may last. */
const AIM_MS = 400;

const shown = (count: number): string => count.toLocaleString("en-US");

/**
 * claimRecords claims what a large job is to send before its first copy, a page a transaction, each as large as the
 * database is quick. Records that another job holds or that are not open any more are refused one by one. Ends when all
 * is claimed or somebody wants otherwise; what is claimed stays so, and the next holder of the lease goes on from there.
 * Throws LeaseLostError, DatabaseUnreachableError.
 */
export async function claimRecords(run: JobRun): Promise<void> {
  const { ctx, number, signal } = run;
  for (let limit = FIRST; (await askJob(run)).wish === "run";) {
    signal.throwIfAborted();
    const at = ctx.now();
    const progress = await run.guarded(async (tx) => {
      const page = await tx.jobClaims.takePage({ cluster: ctx.cluster, number, at, limit });
      const waits = page && `It claims its records: ${shown(page.to)} of ${shown(page.of)}.`;
      await tx.jobRuns.setWaits(number, waits);
      await tx.hints.notify([
        { feature: "jobs", cluster: ctx.cluster, id: String(number) },
        { feature: "dead-letters", cluster: ctx.cluster, id: null },
      ]);
      return page;
    });
    if (progress === null) return;
    limit = nextLimit(limit, ctx.now() - at);
  }
}

/** At most twice as many as before, and as few as the last page says. */
function nextLimit(limit: number, tookMs: number): number {
  const fit = Math.round((limit * AIM_MS) / Math.max(1, tookMs));
  return Math.max(FIRST, Math.min(MOST, 2 * limit, fit));
}
