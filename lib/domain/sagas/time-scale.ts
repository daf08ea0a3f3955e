/** A stretch of time and where it is drawn, from 0 to 1; a folded one is drawn short, whatever it lasted. */
interface ScaleSpan {
  readonly fromAt: number;
  readonly toAt: number;
  readonly folded: boolean;
  readonly from: number;
  readonly to: number;
}

/** TimeScale lays instants on a line from 0 to 1, in their order, with idle time folded. */
export interface TimeScale {
  readonly spans: readonly ScaleSpan[];
}

/** Nothing shorter is folded, ms. */
const LEAST_FOLDED_MS = 1_000;
/** A gap is idle when it is longer than this many times all shorter ones together. */
const IDLE_TIMES = 4;
/** What a folded gap takes of the line, and all of them together at most. */
const FOLDED_SHARE = 0.07;
const MOST_FOLDED_SHARE = 0.4;

interface Gap {
  readonly fromAt: number;
  readonly toAt: number;
  folded: boolean;
}

/**
 * timeScale lays out the instants at which something happens, epoch ms, in any order. With `fold`, a gap of a second or
 * more in which nothing happens is folded where it is longer than four times all shorter gaps together. Linear within
 * a span.
 */
export function timeScale(instants: readonly number[], fold: boolean): TimeScale {
  const gaps = gapsOf(instants);
  if (fold) markIdle(gaps);
  const runs = joined(gaps);
  if (runs.length === 0) {
    const at = instants[0] ?? 0;
    return { spans: [{ fromAt: at, toAt: at + 1, folded: false, from: 0, to: 1 }] };
  }
  const folds = runs.filter(({ folded }) => folded).length;
  const foldedShare = folds === 0 ? 0 : Math.min(FOLDED_SHARE, MOST_FOLDED_SHARE / folds);
  const lasting = runs.reduce((sum, run) => sum + (run.folded ? 0 : run.toAt - run.fromAt), 0);
  const perMs = (1 - folds * foldedShare) / lasting;
  let place = 0;
  const spans = runs.map((run, index) => {
    const from = place;
    place += run.folded ? foldedShare : (run.toAt - run.fromAt) * perMs;
    return { ...run, from, to: index === runs.length - 1 ? 1 : place };
  });
  return { spans };
}

/** placeOf is where an instant is drawn, from 0 to 1; what lies outside the scale is drawn at its end. */
export function placeOf({ spans }: TimeScale, at: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.toAt ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  if (span === undefined) return 0;
  const part = (at - span.fromAt) / (span.toAt - span.fromAt);
  return span.from + Math.min(1, Math.max(0, part)) * (span.to - span.from);
}

function gapsOf(instants: readonly number[]): Gap[] {
  const sorted = [...new Set(instants)].sort((a, b) => a - b);
  return sorted.slice(1).map((toAt, index) => ({ fromAt: sorted[index] ?? toAt, toAt, folded: false }));
}

function markIdle(gaps: readonly Gap[]): void {
  let shorterMs = 0;
  for (const gap of [...gaps].sort((a, b) => a.toAt - a.fromAt - (b.toAt - b.fromAt))) {
    const lengthMs = gap.toAt - gap.fromAt;
    gap.folded = shorterMs > 0 && lengthMs >= LEAST_FOLDED_MS && lengthMs > IDLE_TIMES * shorterMs;
    if (!gap.folded) shorterMs += lengthMs;
  }
}

/** Neighbours that are not folded become one. */
function joined(gaps: readonly Gap[]): Gap[] {
  const runs: { fromAt: number; toAt: number; folded: boolean }[] = [];
  for (const gap of gaps) {
    const last = runs.at(-1);
    if (last !== undefined && !last.folded && !gap.folded) last.toAt = gap.toAt;
    else runs.push({ ...gap });
  }
  return runs;
}
