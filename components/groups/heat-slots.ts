import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import { LEVEL_SHAPES } from "#lib/domain/time/history-levels.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_SLOTS = 120;
const LEAST_SLOTS = 2;
/** A slot shorter than this many steps of what is stored would be empty now and then, and pass for a gap. */
const STEPS_IN_SLOT = 1.5;

/** How far apart the stored samples of an age are, by the usual ages at which they are thinned out. */
function storedStepMs(ageMs: number): number {
  if (ageMs > 7 * DAY_MS) return LEVEL_SHAPES["ten-minute"].slotMs;
  return ageMs > 48 * HOUR_MS ? LEVEL_SHAPES.minute.slotMs : SWEEP_BEAT_MS;
}

/** heatSlots is into how many slots a range is cut, so that each holds a sample where one was taken. */
export function heatSlots({ fromAt, toAt }: { fromAt: number; toAt: number }, now: number): number {
  const leastMs = STEPS_IN_SLOT * storedStepMs(now - fromAt);
  return Math.max(LEAST_SLOTS, Math.min(MOST_SLOTS, Math.floor((toAt - fromAt) / leastMs)));
}
