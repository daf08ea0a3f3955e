import type { QuantityKind } from "#components/ui/format-quantity.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that a clock's reader expects. */
const TIME_STEPS_MS = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

function timeStep(spanMs: number, most: number): number {
  const wanted = spanMs / most;
  return TIME_STEPS_MS.find((step) => step >= wanted) ?? Math.ceil(wanted / DAY) * DAY;
}

/** Round instants of the viewer's clock between two ends, at most `most` of them. */
export function timeTicks(fromAt: number, toAt: number, most: number): number[] {
  if (toAt <= fromAt) return [fromAt];
  const step = timeStep(toAt - fromAt, most);
  const zoneMs = new Date(fromAt).getTimezoneOffset() * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromAt - zoneMs) / step) * step + zoneMs; at <= toAt; at += step) ticks.push(at);
  return ticks;
}

function decimalStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 2.5, 5, 10].find((entry) => entry * power >= wanted) ?? 10;
  return factor * power;
}

/** A peak below this draws as a flat line: its ticks would be finer than a float can step. */
const LEAST_PEAK = 1e-9;

/**
 * Ticks of a value axis from zero to just above `peak`: round numbers of the kind, whole ones for counts.
 * The last tick is the top of the axis.
 */
export function valueTicks(kind: QuantityKind, peak: number, most = 4): number[] {
  const top = peak > LEAST_PEAK ? peak : kind === "durationMs" ? SECOND : 1;
  let step: number;
  if (kind === "durationMs" && top > SECOND) step = timeStep(top, most);
  else if (kind === "count") step = Math.max(1, Math.ceil(decimalStep(top / most)));
  else step = decimalStep(top / most);
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
