import type { OutcomeCounts } from "#lib/domain/jobs/job.ts";

/** Below this many records one return tells more than a share would. */
const FEW = 20;

/** How many records settled how. */
type SettledCounts = Pick<OutcomeCounts, "passed" | "returned" | "unknown">;

/**
 * settledSince is what settled since a job's counts stood at `judged`, when a person resumed it; null is since its
 * beginning. A record that had passed then and came back since is one more that returned.
 */
export function settledSince(counts: SettledCounts, judged: Partial<SettledCounts> | null): SettledCounts {
  const since = (outcome: keyof SettledCounts): number =>
    Math.max(0, counts[outcome] - (judged?.[outcome] ?? 0));
  return { passed: since("passed"), returned: since("returned"), unknown: since("unknown") };
}

/** What settled records tell of a job since they were last judged. */
export interface Judged {
  /** The present rung; null without one. */
  rung: number | null;
  settled: SettledCounts;
  /** Records that are sent and not settled. */
  open: number;
  stopAtReturnedPercent: number;
}

/**
 * stopReason is why a job must not go on, in a sentence; null where it may. On a rung under 20 records one return
 * stops; else the share of settled records that came back, once 20 or all of them are settled.
 */
export function stopReason({ rung, settled, open, stopAtReturnedPercent }: Judged): string | null {
  const { passed, returned, unknown } = settled;
  if (returned === 0) return null;
  const all = passed + returned + unknown;
  const of = `${returned} of ${all} settled ${all === 1 ? "record" : "records"} came back`;
  if (rung !== null && rung < FEW) return `${of} on the rung of ${rung}.`;
  if (open > 0 && all < FEW) return null;
  const percent = (returned / all) * 100;
  if (percent < stopAtReturnedPercent) return null;
  return `${of}: the job stops at ${stopAtReturnedPercent} %.`;
}
