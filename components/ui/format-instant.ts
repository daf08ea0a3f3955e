import { formatDuration } from "./format-quantity.ts";

const DAY_MS = 86_400_000;

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DATE_CLOCK = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
const DATE_CLOCK_YEAR = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
const FULL = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  timeZoneName: "short",
});
const MINUTES = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY_OF_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The clock of an instant in the viewer's zone: `10:42:07`. */
export function formatClock(at: number): string {
  return CLOCK.format(at);
}

/** Everything about an instant in the viewer's zone, for a hover: `22 Nov 2026, 10:42:07.113 CET`. */
export function formatInstantFull(at: number): string {
  return FULL.format(at);
}

/** An instant with its zone, without seconds: `22 Nov, 10:42 CET`; with the year when it is another one. */
export function formatInstant(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? DATE_CLOCK : DATE_CLOCK_YEAR).format(at);
}

/** Since when something lasts: the clock alone under a day (`10:42`), date and zone beyond. */
export function formatSince(at: number, now: number): string {
  return Math.abs(now - at) < DAY_MS ? MINUTES.format(at) : formatInstant(at, now);
}

/** Relative under a day (`4 s ago`, `in 3 m 2 s`), absolute with its zone beyond. */
export function formatRelative(at: number, now: number): string {
  const ageMs = now - at;
  if (Math.abs(ageMs) >= DAY_MS) return formatInstant(at, now);
  // The page's clock stands for a second, cut to whole ones: what has just happened lies up to two ahead of it.
  if (ageMs > -2_000 && ageMs < 1_000) return "now";
  const length = formatDuration(wholeUnits(Math.abs(ageMs)));
  return ageMs >= 0 ? `${length} ago` : `in ${length}`;
}

/** Ages tick by the second, and from ten minutes by the minute: a finer figure would only flicker. */
function wholeUnits(ms: number): number {
  const stepMs = ms >= 600_000 ? 60_000 : 1_000;
  return Math.max(1_000, Math.floor(ms / stepMs) * stepMs);
}

/** A tick of a time axis over a span: `10:42`, `10:42:30` under ten minutes, `22 Nov` beyond two days. */
export function formatAxisTime(at: number, spanMs: number): string {
  if (spanMs > 2 * DAY_MS) return DAY_OF_MONTH.format(at);
  return spanMs < 600_000 ? CLOCK.format(at) : MINUTES.format(at);
}

/** The viewer's zone as a short name: `CET`, `UTC`, `GMT+2`. */
export function zoneName(at: number): string {
  const part = DATE_CLOCK.formatToParts(at).find((entry) => entry.type === "timeZoneName");
  return part?.value ?? "local time";
}
