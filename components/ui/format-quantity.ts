/** What a number counts; decides its unit and its steps. */
export type QuantityKind = "count" | "rate" | "bytes" | "percent" | "durationMs";

/** A number split at its unit, so that the unit can be drawn quieter. */
export interface Quantified {
  value: string;
  /** Empty where the kind has no unit of its own (`count`). */
  unit: string;
}

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const ONE_DIGIT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const TWO_DIGITS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** Separated digits: `12,480`. Takes offsets (`bigint`) as they are. */
export function formatCount(value: number | bigint): string {
  return GROUPED.format(value);
}

const SCALES = [
  { from: 1e12, by: 1e12, suffix: "T" },
  { from: 1e9, by: 1e9, suffix: "G" },
  { from: 1e6, by: 1e6, suffix: "M" },
  { from: 1e3, by: 1e3, suffix: "k" },
] as const;

function scale(value: number): { value: string; suffix: string } {
  const size = Math.abs(value);
  for (const step of SCALES) {
    if (size >= step.from) return { value: trimmed(value / step.by), suffix: step.suffix };
  }
  return { value: trimmed(value), suffix: "" };
}

/** Three significant figures at most: `1.25`, `12.5`, `125`. */
function trimmed(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return GROUPED.format(value);
  if (size >= 10) return ONE_DIGIT.format(value);
  return TWO_DIGITS.format(value);
}

/** A short number for axes and labels: `950`, `12.5k`, `3.2M`. */
export function formatCompact(value: number): string {
  const { value: digits, suffix } = scale(value);
  return `${digits}${suffix}`;
}

/** Bytes in decimal steps: `512 B`, `64 kB`, `1.2 GB`. */
function quantifyBytes(bytes: number): Quantified {
  const { value, suffix } = scale(bytes);
  return { value, unit: `${suffix}B` };
}

/** A rate per second: `181/s`, `0.4/s`; whole numbers keep their separators. */
function quantifyRate(perSecond: number): Quantified {
  const size = Math.abs(perSecond);
  return { value: size >= 10 ? GROUPED.format(perSecond) : TWO_DIGITS.format(perSecond), unit: "/s" };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function pair(durationMs: number, big: [number, string], small: [number, string]): string {
  const rounded = Math.round(durationMs / small[0]) * small[0];
  const head = Math.floor(rounded / big[0]);
  const tail = Math.round((rounded - head * big[0]) / small[0]);
  return tail === 0 ? `${head} ${big[1]}` : `${head} ${big[1]} ${tail} ${small[1]}`;
}

/**
 * A duration in two units at most: `40 ms`, `0.4 s`, `42 s`, `4 m 12 s`, `2 h 10 m`, `3 d 4 h`.
 * Negative durations read as zero: clocks differ by a little, and "-1 s ago" helps nobody.
 */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms === 0) return "0 s";
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${ONE_DIGIT.format(ms / SECOND)} s`;
  if (ms < 59.5 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < 59.5 * MINUTE) return pair(ms, [MINUTE, "m"], [SECOND, "s"]);
  if (ms < 23.99 * HOUR) return pair(ms, [HOUR, "h"], [MINUTE, "m"]);
  return pair(ms, [DAY, "d"], [HOUR, "h"]);
}

/** A duration in one unit, for an axis: `30 s`, `4 m`, `1.5 h`. */
function formatDurationShort(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms === 0) return "0";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${trimmed(ms / SECOND)} s`;
  if (ms < HOUR) return `${trimmed(ms / MINUTE)} m`;
  if (ms < DAY) return `${trimmed(ms / HOUR)} h`;
  return `${trimmed(ms / DAY)} d`;
}

/** A number of the given kind split at its unit. `percent` takes 0..100. */
export function quantify(kind: QuantityKind, value: number | bigint): Quantified {
  switch (kind) {
    case "count":
      return { value: formatCount(value), unit: "" };
    case "rate":
      return quantifyRate(Number(value));
    case "bytes":
      return quantifyBytes(Number(value));
    case "percent":
      return { value: trimmed(Number(value)), unit: "%" };
    case "durationMs":
      return { value: formatDuration(Number(value)), unit: "" };
  }
}

/** A number of the given kind in one string: `12,480`, `181/s`, `1.2 GB`, `34%`, `4 m 12 s`. */
export function formatQuantity(kind: QuantityKind, value: number | bigint): string {
  const { value: digits, unit } = quantify(kind, value);
  return kind === "bytes" ? `${digits} ${unit}` : `${digits}${unit}`;
}

/** The same, short, for an axis or a label at a line's end: `12.5k`, `181/s`, `1.2 GB`, `4 m`. */
export function formatQuantityShort(kind: QuantityKind, value: number): string {
  switch (kind) {
    case "count":
      return formatCompact(value);
    case "rate":
      return `${formatCompact(value)}/s`;
    case "bytes":
      return formatQuantity("bytes", value);
    case "percent":
      return `${trimmed(value)}%`;
    case "durationMs":
      return formatDurationShort(value);
  }
}
