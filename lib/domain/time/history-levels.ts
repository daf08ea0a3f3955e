import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * FOLDED_LEVELS are the forms in which the past is kept, finest first: `packed` holds every sweep, the others the last
 * of each slot with its greatest lag. Each is folded from the one before it; `packed` from the raw rows of sweeps.
 */
export const FOLDED_LEVELS = ["packed", "minute", "ten-minute"] as const;
export type FoldedLevel = (typeof FOLDED_LEVELS)[number];
/** The newest samples stand as the sweeps wrote them: `raw`. */
export type HistoryLevel = "raw" | FoldedLevel;

/** What a row of a folded level covers, and how far apart its slots are, ms; every sweep is a slot of `packed`. */
export const LEVEL_SHAPES: Readonly<Record<FoldedLevel, { rowMs: number; slotMs: number }>> = {
  packed: { rowMs: HOUR_MS, slotMs: 1 },
  minute: { rowMs: HOUR_MS, slotMs: MINUTE_MS },
  "ten-minute": { rowMs: DAY_MS, slotMs: 10 * MINUTE_MS },
};

/** How far a level is folded: it holds what lies from `fromAt` on and before `beforeAt`. */
export interface LevelSpan {
  level: FoldedLevel;
  fromAt: number;
  beforeAt: number;
}

/** Which part of the past, and into how many points. */
export interface HistoryRange {
  fromAt: number;
  toAt: number;
  points: number;
}

/** A part of a range with the level that it is read from: from an instant on, before another. */
export interface HistoryStretch {
  level: HistoryLevel;
  fromAt: number;
  beforeAt: number;
}

/** How a range is read: in stretches, oldest first, brought to one sample each `slotMs`. */
export interface HistoryPlan {
  slotMs: number;
  stretches: HistoryStretch[];
}

/**
 * planHistory reads a range from the coarsest level that still gives it the points asked for, or from a coarser one
 * where that is kept for too short; what this level does not hold yet comes from the finer ones.
 */
export function planHistory(range: HistoryRange, spans: readonly LevelSpan[]): HistoryPlan {
  const wantedMs = (range.toAt - range.fromAt) / range.points;
  const spanOf = (level: FoldedLevel): LevelSpan | undefined => spans.find((span) => span.level === level);
  const coarsestFirst = [...FOLDED_LEVELS].reverse();
  let chosen = coarsestFirst.findIndex((level) => usualStepMs(level) <= wantedMs);
  if (chosen < 0) chosen = coarsestFirst.length - 1;
  while (
    chosen > 0 &&
    isKeptLonger(
      spanOf(coarsestFirst[chosen - 1] ?? "packed"),
      spanOf(coarsestFirst[chosen] ?? "packed"),
      range.fromAt,
    )
  )
    chosen -= 1;
  const stretches: HistoryStretch[] = [];
  let fromAt = range.fromAt;
  for (const level of coarsestFirst.slice(chosen)) {
    const beforeAt = Math.min(spanOf(level)?.beforeAt ?? fromAt, range.toAt + 1);
    if (beforeAt <= fromAt) continue;
    stretches.push({ level, fromAt, beforeAt });
    fromAt = beforeAt;
  }
  if (fromAt <= range.toAt) stretches.push({ level: "raw", fromAt, beforeAt: range.toAt + 1 });
  return { slotMs: LEVEL_SHAPES[coarsestFirst[chosen] ?? "packed"].slotMs, stretches };
}

/** Whether a range begins before what `fine` keeps, and `coarse` keeps more of it. */
function isKeptLonger(coarse: LevelSpan | undefined, fine: LevelSpan | undefined, fromAt: number): boolean {
  if (coarse === undefined || fine === undefined) return false;
  return fromAt < fine.fromAt && coarse.fromAt < fine.fromAt;
}

const usualStepMs = (level: FoldedLevel): number => Math.max(SWEEP_BEAT_MS, LEVEL_SHAPES[level].slotMs);

/** How long each level is kept, ms. */
export type KeptMs = Readonly<Record<FoldedLevel, number>>;

/** keptMs reads how long levels are kept from the configuration's units. */
export function keptMs(history: { rawHours: number; minuteDays: number; tenMinuteDays: number }): KeptMs {
  return {
    packed: history.rawHours * HOUR_MS,
    minute: history.minuteDays * DAY_MS,
    "ten-minute": history.tenMinuteDays * DAY_MS,
  };
}

/** How long after its end an hour is folded: sweeps write within seconds. */
export const FOLD_AFTER_MS = 5 * MINUTE_MS;
/** How long raw samples stay, packed or not: a takeover reads those of a verdict's window. */
export const RAW_KEPT_MS = WINDOW_LIMIT_MS + 5 * MINUTE_MS;

/**
 * nextFold is the next row's time to be folded, finest level first: an hour of raw samples 5 minutes after its end,
 * then what has become whole of the level before. null when nothing is due.
 */
export function nextFold(
  spans: readonly LevelSpan[],
  now: number,
): { level: FoldedLevel; fromAt: number } | null {
  let wholeBefore = now - FOLD_AFTER_MS;
  for (const level of FOLDED_LEVELS) {
    const span = spans.find((each) => each.level === level);
    if (span === undefined) return null;
    if (span.beforeAt + LEVEL_SHAPES[level].rowMs <= wholeBefore) return { level, fromAt: span.beforeAt };
    wholeBefore = span.beforeAt;
  }
  return null;
}

/**
 * droppableBefore tells before which instant each level may be dropped: raw samples once they are packed and out of
 * a verdict's window, the others by age, and none before the next level has folded it. Empty where nothing is folded yet.
 */
export function droppableBefore(
  spans: readonly LevelSpan[],
  kept: KeptMs,
  now: number,
): { level: HistoryLevel; at: number }[] {
  const levels = FOLDED_LEVELS.flatMap((level) => spans.find((span) => span.level === level) ?? []);
  const packed = levels[0];
  if (packed === undefined) return [];
  const folded = levels.map(({ level }, index) => ({
    level,
    at: Math.min(now - kept[level], levels[index + 1]?.beforeAt ?? now),
  }));
  return [{ level: "raw", at: Math.min(packed.beforeAt, now - RAW_KEPT_MS) }, ...folded];
}

/**
 * inSlots brings samples, oldest first, to one a slot: `merge` makes it from the samples of the slot, and one that is
 * alone stands as it is. Slots are aligned to the epoch, as those of folded levels are.
 */
export function inSlots<S extends { at: number }>(
  samples: readonly S[],
  slotMs: number,
  merge: (slot: readonly [S, ...S[]]) => S,
): S[] {
  const merged: S[] = [];
  let slot: [S, ...S[]] | undefined;
  let nth = Number.NaN;
  for (const sample of samples) {
    const own = Math.floor(sample.at / slotMs);
    const before = merged.at(-1);
    if (own === nth && before !== undefined) {
      // The merged sample of a slot is made once the slot is whole: until then its first one stands there.
      if (slot === undefined) slot = [before, sample];
      else slot.push(sample);
      continue;
    }
    if (slot !== undefined) merged[merged.length - 1] = merge(slot);
    slot = undefined;
    merged.push(sample);
    nth = own;
  }
  if (slot !== undefined) merged[merged.length - 1] = merge(slot);
  return merged;
}

/** greatestOf is the greatest of what is known; null when nothing is. */
export function greatestOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (most, value) => (most === null || (value !== null && value > most) ? value : most),
    null,
  );
}
