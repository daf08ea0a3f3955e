import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterPortion,
  bucketWaitMs,
  FULL_BUCKET,
  minutePhrase,
  PORTION,
  portionSize,
  windowWaitMs,
  type Bucket,
} from "#lib/domain/jobs/pace.ts";

const at = (hours: number, minutes = 0): number => Date.UTC(2026, 10, 22, hours, minutes);

describe("windowWaitMs", () => {
  test.each([
    ["without a window it never waits", null, at(3), 0],
    ["inside it never waits", { fromMinute: 120, toMinute: 240 }, at(3), 0],
    ["its end is outside", { fromMinute: 120, toMinute: 240 }, at(4), 22 * 3_600_000],
    ["before it waits for its beginning", { fromMinute: 120, toMinute: 240 }, at(1, 30), 30 * 60_000],
    ["over midnight, late in the evening", { fromMinute: 23 * 60, toMinute: 60 }, at(23, 30), 0],
    ["over midnight, early in the morning", { fromMinute: 23 * 60, toMinute: 60 }, at(0, 30), 0],
    ["over midnight, at noon", { fromMinute: 23 * 60, toMinute: 60 }, at(12), 11 * 3_600_000],
    ["the same minute twice is always", { fromMinute: 60, toMinute: 60 }, at(12), 0],
  ])("%s", (_name, window, now, wait) => {
    expect(windowWaitMs(window, now)).toBe(wait);
  });

  test("seconds count", () => {
    expect(windowWaitMs({ fromMinute: 120, toMinute: 240 }, at(1, 59) + 15_000)).toBe(45_000);
  });
});

test("minutes of the day are written with two digits", () => {
  expect([minutePhrase(0), minutePhrase(390)]).toEqual(["00:00", "06:30"]);
});

/** Sends as the worker does, with calls that take their time, and answers when how many were sent. */
function sendAll(rate: number, records: number, callMs: readonly number[]): { at: number; count: number }[] {
  const sends: { at: number; count: number }[] = [];
  let bucket: Bucket = FULL_BUCKET;
  let now = 1_000_000;
  for (let left = records, nth = 0; left > 0; nth += 1) {
    now += bucketWaitMs(bucket, { rate, now });
    const count = Math.min(left, portionSize(bucket, { rate, now }));
    bucket = afterPortion(bucket, { rate, count, now });
    sends.push({ at: now, count });
    left -= count;
    now += callMs[nth % callMs.length] ?? 0;
  }
  return sends;
}

test("100 a second stays within 95 and 105 in every ten seconds, whatever a transaction takes up to 400 ms", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 50 }), (callMs) => {
      const sends = sendAll(100, 4_000, callMs);
      const last = sends.at(-1)?.at ?? 0;
      for (const { at: from } of sends) {
        if (from + 10_000 > last) break;
        const sent = sends
          .filter((each) => each.at >= from && each.at < from + 10_000)
          .reduce((sum, { count }) => sum + count, 0);
        expect(sent).toBeGreaterThanOrEqual(950);
        expect(sent).toBeLessThanOrEqual(1_060);
      }
    }),
    { numRuns: 50 },
  );
});

test("a stall is made up for by less than half a second", () => {
  const bucket = afterPortion(FULL_BUCKET, { rate: 100, count: 10, now: 0 });
  expect(portionSize(bucket, { rate: 100, now: 60_000 })).toBe(55);
});

test("without a brake a portion is as large as a transaction may be, and a new brake holds at once", () => {
  expect(portionSize(FULL_BUCKET, { rate: null, now: 0 })).toBe(PORTION);
  expect(portionSize(FULL_BUCKET, { rate: 1_000_000, now: 0 })).toBe(PORTION);
  expect(portionSize(FULL_BUCKET, { rate: 1, now: 0 })).toBe(1);
  const slow = afterPortion(FULL_BUCKET, { rate: 1, count: 1, now: 0 });
  expect(bucketWaitMs(slow, { rate: 1, now: 100 })).toBe(900);
  expect(bucketWaitMs(slow, { rate: 50, now: 100 })).toBe(0);
  expect(bucketWaitMs(slow, { rate: null, now: 100 })).toBe(0);
});
