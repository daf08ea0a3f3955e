import type { Pace } from "#lib/domain/jobs/job.ts";

/** PORTION is how many records one transaction holds at most. */
export const PORTION = 500;
/** A braked job sends this share of a second's records at a time, so that its rate is even. */
const SLICE_S = 0.1;
/** What was missed for at most so long is made up for: in ten seconds that is less than 5 %. */
const CATCH_UP_MS = 450;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** Bucket tells when the next transaction may be sent. Instants are epoch ms. */
export interface Bucket {
  /** When all that was sent is paid for. */
  readonly freeAt: number;
  /** Records a second that it was reckoned with; null is without a brake. */
  readonly rate: number | null;
}

/** FULL_BUCKET has nothing to wait for. */
export const FULL_BUCKET: Bucket = { freeAt: 0, rate: null };

/**
 * portionSize is how many records the next transaction may hold at a rate of records a second: a tenth of a second's,
 * and more where the brokers are slower than that.
 */
export function portionSize(bucket: Bucket, { rate, now }: { rate: number | null; now: number }): number {
  if (rate === null) return PORTION;
  const behindMs = bucket.rate === rate ? Math.min(CATCH_UP_MS, Math.max(0, now - bucket.freeAt)) : 0;
  return Math.min(PORTION, Math.max(1, Math.round(rate * (SLICE_S + behindMs / 1_000))));
}

/** bucketWaitMs is how long the next transaction has to wait; a brake that was changed begins anew. */
export function bucketWaitMs(bucket: Bucket, { rate, now }: { rate: number | null; now: number }): number {
  if (rate === null || bucket.rate !== rate) return 0;
  return Math.max(0, bucket.freeAt - now);
}

/** afterPortion is the bucket when `count` records were sent at `now`. */
export function afterPortion(
  bucket: Bucket,
  { rate, count, now }: { rate: number | null; count: number; now: number },
): Bucket {
  if (rate === null) return { freeAt: now, rate };
  const from = bucket.rate === rate ? Math.max(bucket.freeAt, now - CATCH_UP_MS) : now;
  return { freeAt: from + (count / rate) * 1_000, rate };
}

/** windowWaitMs is how long it is until a job may send: 0 within its window, or without one. */
export function windowWaitMs(window: Pace["window"], now: number): number {
  if (window === null || window.fromMinute === window.toMinute) return 0;
  const { fromMinute, toMinute } = window;
  const minute = Math.floor(now / MINUTE_MS) % DAY_MINUTES;
  const overMidnight = fromMinute > toMinute;
  const inside = overMidnight
    ? minute >= fromMinute || minute < toMinute
    : minute >= fromMinute && minute < toMinute;
  if (inside) return 0;
  const minutes = (fromMinute - minute + DAY_MINUTES) % DAY_MINUTES;
  return minutes * MINUTE_MS - (now % MINUTE_MS);
}

/** minutePhrase writes a minute of the day: `06:30`. */
export function minutePhrase(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
