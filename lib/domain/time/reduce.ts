/** One named series of a table of samples: a value an instant, null where there is none. */
type Values = readonly (number | null)[];

/** Samples of several series at common instants, oldest first. */
export interface SampleTable {
  readonly at: readonly number[];
  readonly series: readonly Values[];
}

/** A reduced table: `stepMs` is the distance of its instants, or the usual one where samples stand as they are. */
export interface ReducedTable {
  stepMs: number;
  at: number[];
  series: (number | null)[][];
}

/**
 * reduceTable brings a table down to `points` instants at most, losing no spike and hiding no gap. Few samples stand
 * as they are, with one instant of nulls wherever two of them are further apart than `gapMs`. Many samples fall into
 * equal slots of time, two points each: the least and the greatest of the slot, in the order in which they came; a
 * slot without a sample is null twice. `points` is 2 at least.
 */
export function reduceTable(
  table: SampleTable,
  { fromAt, toAt, points, gapMs }: { fromAt: number; toAt: number; points: number; gapMs: number },
): ReducedTable {
  if (table.at.length <= points) {
    const whole = withGaps(table, gapMs);
    if (whole.at.length <= points) return whole;
  }
  const slots = Math.max(1, Math.floor(points / 2));
  const widthMs = Math.max(1, (toAt - fromAt) / slots);
  const slotOf = (at: number): number =>
    Math.min(slots - 1, Math.max(0, Math.floor((at - fromAt) / widthMs)));
  const at: number[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    at.push(Math.round(fromAt + slot * widthMs), Math.round(fromAt + (slot + 0.5) * widthMs));
  }
  const indexes = table.at.map(slotOf);
  return {
    stepMs: Math.round(widthMs / 2),
    at,
    series: table.series.map((values) => extremes(values, indexes, slots)),
  };
}

/** The least and greatest of each slot, two values a slot. */
function extremes(values: Values, slotOf: readonly number[], slots: number): (number | null)[] {
  const reduced: (number | null)[] = new Array<number | null>(slots * 2).fill(null);
  const least = new Array<number | null>(slots).fill(null);
  const greatest = new Array<number | null>(slots).fill(null);
  const valueAt = (index: number | null | undefined): number =>
    index === null || index === undefined ? Number.NaN : (values[index] ?? Number.NaN);
  values.forEach((value, index) => {
    const slot = slotOf[index];
    if (value === null || slot === undefined) return;
    if (least[slot] === null || value < valueAt(least[slot])) least[slot] = index;
    if (greatest[slot] === null || value > valueAt(greatest[slot])) greatest[slot] = index;
  });
  for (let slot = 0; slot < slots; slot += 1) {
    const low = least[slot] ?? null;
    const high = greatest[slot] ?? null;
    if (low === null || high === null) continue;
    reduced[slot * 2] = valueAt(Math.min(low, high));
    reduced[slot * 2 + 1] = valueAt(Math.max(low, high));
  }
  return reduced;
}

function withGaps({ at, series }: SampleTable, gapMs: number): ReducedTable {
  const reduced: ReducedTable = { stepMs: usualStep(at), at: [], series: series.map(() => []) };
  at.forEach((instant, index) => {
    const before = at[index - 1];
    if (before !== undefined && instant - before > gapMs) {
      reduced.at.push(Math.round((before + instant) / 2));
      for (const values of reduced.series) values.push(null);
    }
    reduced.at.push(instant);
    reduced.series.forEach((values, which) => values.push(series[which]?.[index] ?? null));
  });
  return reduced;
}

function usualStep(at: readonly number[]): number {
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant));
  return medianOf(steps) ?? 0;
}

/** medianOf is the middle of some numbers, the lower one of two; null of none. */
export function medianOf(values: readonly number[]): number | null {
  // Typed arrays sort numbers by themselves: of thousands that takes a tenth of the time.
  return Float64Array.from(values).sort()[Math.floor((values.length - 1) / 2)] ?? null;
}
