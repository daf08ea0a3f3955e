import { formatDuration } from "#components/ui/format-quantity.ts";
import type { TimeScale } from "#lib/domain/sagas/time-scale.ts";

/** A tick of the axis: where, from 0 to 1, and how long after the start. */
export interface AxisTick {
  readonly place: number;
  readonly words: string;
}

/** A tick needs this much of the line to be read. */
const LEAST_APART = 0.09;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 6, 12, 24, 48, 168].map((hours) => hours * HOUR),
];

/** axisTicks are round times after `startAt`, epoch ms, in the stretches of the scale that are not folded. */
export function axisTicks({ spans }: TimeScale, startAt: number): AxisTick[] {
  const ticks: AxisTick[] = [];
  for (const { fromAt, toAt, folded, from, to } of spans) {
    if (folded || to - from < LEAST_APART) continue;
    const perMs = (to - from) / (toAt - fromAt);
    const stepMs = STEPS_MS.find((step) => step * perMs >= LEAST_APART);
    if (stepMs === undefined) continue;
    const first = Math.ceil((fromAt - startAt) / stepMs);
    for (let count = first; startAt + count * stepMs <= toAt; count += 1) {
      const place = from + (startAt + count * stepMs - fromAt) * perMs;
      const before = ticks.at(-1);
      const words = `+${tickWords(count * stepMs)}`;
      const fits = place - (before?.place ?? 0) >= LEAST_APART && place <= 1 - LEAST_APART / 2;
      if (count !== 0 && fits && words !== before?.words) ticks.push({ place, words });
    }
  }
  return ticks;
}

/** A round time, exactly: a duration elsewhere is rounded, and two ticks must not read the same. */
function tickWords(ms: number): string {
  if (ms < SECOND) return `${ms} ms`;
  return ms < MINUTE ? `${Number((ms / SECOND).toFixed(2))} s` : formatDuration(ms);
}
