import type { OffsetWindow } from "#lib/domain/time/offset-window.ts";

/** Rates are told over this much time, ms. */
const RATE_SPAN_MS = 60_000;
/** A stretch this much longer is a gap in the samples: nothing is told across it. */
const RATE_REACH_MS = 75_000;

/**
 * advanceRate is how many records a second the offsets of a window advance, over the last minute up to `now`: the
 * sum of the partitions' advances; what goes back counts nothing. null when the minute holds fewer than two samples.
 */
export function advanceRate(window: OffsetWindow, now: number): number | null {
  const newest = window.length - 1;
  if (newest < 1) return null;
  const first = Math.min(window.indexFrom(now - RATE_SPAN_MS), newest - 1);
  const spanMs = window.atOf(newest) - window.atOf(first);
  if (spanMs <= 0 || spanMs > RATE_REACH_MS || now - window.atOf(newest) > RATE_REACH_MS) return null;
  let advanced = 0;
  for (let partition = 0; partition < window.partitions; partition += 1) {
    advanced += advanceOf(window, partition, first);
  }
  return (advanced * 1000) / spanMs;
}

function advanceOf(window: OffsetWindow, partition: number, first: number): number {
  const last = window.valueOf(window.length - 1, partition);
  const before = window.valueOf(first, partition);
  if (last === null || before === null) return 0;
  if (last > before) {
    // The usual case, without a look at every sample. A rewind and return within a minute counts once.
    return Number(last - before);
  }
  return 0;
}

/** sumKnown adds the numbers that are known; null when none is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  let sum: number | null = null;
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value;
  return sum;
}
