import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import { medianOf } from "#lib/domain/time/reduce.ts";

/** A sum of offsets at one instant. `key` changes when the sum is of other things: another topic id, another count. */
export interface SumPoint {
  at: number;
  sum: number | null;
  key: string;
}

/** gapOf is how far apart two samples may be before what lies between them is a gap, ms. */
export function gapOf(at: readonly number[]): number {
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant));
  return 2.5 * Math.max(SWEEP_BEAT_MS, medianOf(steps) ?? 0);
}

/**
 * ratesOf tells how many a second the sums advance from each point to the next; the first has none, nor has one after
 * a gap or a change of key. What goes back counts 0.
 */
export function ratesOf(points: readonly SumPoint[], gapMs: number): (number | null)[] {
  return points.map((point, index) => {
    const before = points[index - 1];
    if (before === undefined || before.sum === null || point.sum === null || before.key !== point.key)
      return null;
    const spanMs = point.at - before.at;
    if (spanMs <= 0 || spanMs > gapMs) return null;
    return Math.max(0, ((point.sum - before.sum) * 1000) / spanMs);
  });
}

/** meanOf is the mean of what is known; null when nothing is. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
