import type { OffsetWindow } from "#lib/domain/time/offset-window.ts";

/** The lag of a whole group at one sweep, records. */
export interface LagPoint {
  at: number;
  lag: number;
}

/** Looks back this far, ms: what a group did before tells little of what it does. */
export const DRAIN_SPAN_MS = 60_000;
/** What takes longer than a year is not told. */
const LONGEST_MS = 365 * 86_400_000;
/** Lag is counted in whole records: a line that falls by less over its points is level. */
const LEAST_FALL = 1;
/** A line through fewer points is drawn by its ends; of more, the peak is left out: the lag rose just before it. */
const ENOUGH_POINTS = 3;

/**
 * drainsIn is until the lag is gone if it goes on falling as it has since its peak of the last minute, ms: the slope of
 * the least squares through the points, oldest first. null when there is no lag, while it does not fall by a record, and
 * where it would take more than a year.
 */
export function drainsIn(points: readonly LagPoint[]): number | null {
  const last = points.at(-1);
  if (last === undefined || last.lag <= 0) return null;
  const recent = points.filter(({ at }) => at >= last.at - DRAIN_SPAN_MS);
  const peak = recent.reduce((most, each, index) => (each.lag >= (recent[most]?.lag ?? 0) ? index : most), 0);
  const falling = recent.slice(peak);
  const fitted = falling.length > ENOUGH_POINTS ? falling.slice(1) : falling;
  const slope = slopeOf(fitted);
  const fall = -slope * (last.at - (fitted[0]?.at ?? last.at));
  const drains = fall >= LEAST_FALL ? Math.round(last.lag / -slope) : null;
  return drains !== null && drains <= LONGEST_MS ? drains : null;
}

/** Records a millisecond, by least squares; 0 of fewer than two points. */
function slopeOf(points: readonly LagPoint[]): number {
  const [at, lag] = [meanOf(points.map((each) => each.at)), meanOf(points.map((each) => each.lag))];
  const spread = points.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, each) => sum + (each.at - at) * (each.lag - lag), 0) / spread;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The samples of a topic that a group reads. */
interface TopicSamples {
  readonly ends: OffsetWindow | null;
  /** null where the group has no commit on it. */
  readonly commits: OffsetWindow | null;
}

/** lagPoints adds up the lag of a group at each sweep since `fromAt`; sweeps that miss an offset are left out. */
export function lagPoints(topics: readonly TopicSamples[], fromAt: number): LagPoint[] {
  const sums = new Map<number, { lag: number; topics: number }>();
  for (const { commits, ends } of topics) {
    if (commits === null || ends === null) continue;
    let endIndex = ends.indexFrom(fromAt);
    for (let index = commits.indexFrom(fromAt); index < commits.length; index += 1) {
      const at = commits.atOf(index);
      while (endIndex < ends.length && ends.atOf(endIndex) < at) endIndex += 1;
      if (endIndex >= ends.length || ends.atOf(endIndex) !== at) continue;
      const lag = lagAt({ commits, index }, { ends, index: endIndex });
      const sum = sums.get(at) ?? { lag: 0, topics: 0 };
      if (lag !== null) sums.set(at, { lag: sum.lag + lag, topics: sum.topics + 1 });
    }
  }
  const most = [...sums.values()].reduce((count, each) => Math.max(count, each.topics), 0);
  return [...sums]
    .filter(([, each]) => each.topics === most)
    .map(([at, each]) => ({ at, lag: each.lag }))
    .sort((a, b) => a.at - b.at);
}

/** The lag of one topic at one sweep; null where an end is missing. */
function lagAt(
  { commits, index }: { commits: OffsetWindow; index: number },
  { ends, index: endIndex }: { ends: OffsetWindow; index: number },
): number | null {
  let sum = 0;
  for (let partition = 0; partition < commits.partitions; partition += 1) {
    const committed = commits.valueOf(index, partition);
    if (committed === null) continue;
    const end = ends.valueOf(endIndex, partition);
    if (end === null) return null;
    if (end > committed) sum += Number(end - committed);
  }
  return sum;
}
