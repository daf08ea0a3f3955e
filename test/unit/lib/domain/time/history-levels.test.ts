import { describe, expect, test } from "vitest";
import {
  droppableBefore,
  FOLD_AFTER_MS,
  greatestOf,
  inSlots,
  keptMs,
  nextFold,
  planHistory,
  RAW_KEPT_MS,
  type LevelSpan,
} from "#lib/domain/time/history-levels.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 100 * DAY + 5 * HOUR + 20 * MINUTE;
/** As they stand at {@link NOW} when nothing is late. */
const spans: LevelSpan[] = [
  { level: "packed", fromAt: 98 * DAY, beforeAt: 100 * DAY + 4 * HOUR },
  { level: "minute", fromAt: 93 * DAY, beforeAt: 100 * DAY + 4 * HOUR },
  { level: "ten-minute", fromAt: 70 * DAY, beforeAt: 100 * DAY },
];

describe("planHistory reads", () => {
  const cases: [string, { fromAt: number; toAt: number; points: number }, string[]][] = [
    ["15 minutes from raw samples", { fromAt: NOW - 15 * MINUTE, toAt: NOW, points: 500 }, ["raw"]],
    ["2 hours sweep by sweep", { fromAt: NOW - 2 * HOUR, toAt: NOW, points: 500 }, ["packed", "raw"]],
    ["24 hours by the minute", { fromAt: NOW - DAY, toAt: NOW, points: 500 }, ["minute", "raw"]],
    [
      "4 days by ten minutes, the last day by the minute",
      { fromAt: NOW - 4 * DAY, toAt: NOW, points: 500 },
      ["ten-minute", "minute", "raw"],
    ],
    [
      "30 days by ten minutes",
      { fromAt: NOW - 30 * DAY, toAt: NOW, points: 500 },
      ["ten-minute", "minute", "raw"],
    ],
    [
      "400 days by ten minutes",
      { fromAt: NOW - 400 * DAY, toAt: NOW, points: 500 },
      ["ten-minute", "minute", "raw"],
    ],
    [
      "an hour of a week without every sweep by the minute",
      { fromAt: NOW - 5 * DAY, toAt: NOW - 5 * DAY + HOUR, points: 500 },
      ["minute"],
    ],
    [
      "an hour of a month without minutes by ten minutes",
      { fromAt: NOW - 20 * DAY, toAt: NOW - 20 * DAY + HOUR, points: 500 },
      ["ten-minute"],
    ],
    [
      "a day in few points by ten minutes",
      { fromAt: 99 * DAY, toAt: 100 * DAY - 1, points: 100 },
      ["ten-minute"],
    ],
  ];
  test.each(cases)("%s", (_, range, levels) => {
    const { stretches, slotMs } = planHistory(range, spans);
    expect(stretches.map(({ level }) => level)).toEqual(levels);
    expect(slotMs).toBe({ raw: 1, packed: 1, minute: MINUTE, "ten-minute": 10 * MINUTE }[levels[0]!]);
    // Whole, and without an instant read twice.
    expect(stretches[0]?.fromAt).toBe(range.fromAt);
    expect(stretches.at(-1)?.beforeAt).toBe(range.toAt + 1);
    stretches.slice(1).forEach((stretch, index) => expect(stretch.fromAt).toBe(stretches[index]?.beforeAt));
  });
  test("everything from raw samples while nothing is folded", () => {
    const range = { fromAt: NOW - 30 * DAY, toAt: NOW, points: 500 };
    expect(planHistory(range, []).stretches).toEqual([
      { level: "raw", fromAt: range.fromAt, beforeAt: NOW + 1 },
    ]);
  });
});

describe("nextFold is", () => {
  const whole = 100 * DAY + 5 * HOUR + FOLD_AFTER_MS;
  const folded = (packed: number, minute: number, tenMinute: number): LevelSpan[] => [
    { level: "packed", fromAt: 0, beforeAt: packed },
    { level: "minute", fromAt: 0, beforeAt: minute },
    { level: "ten-minute", fromAt: 0, beforeAt: tenMinute },
  ];
  const cases: [string, LevelSpan[], number, ReturnType<typeof nextFold>][] = [
    ["nothing before the first sweep", [], whole, null],
    ["nothing while an hour may still get late samples", spans, whole - 1, null],
    [
      "the hour that has no late samples any more",
      spans,
      whole,
      { level: "packed", fromAt: 100 * DAY + 4 * HOUR },
    ],
    [
      "the minutes of an hour that is packed",
      folded(100 * DAY + 5 * HOUR, 100 * DAY + 4 * HOUR, 100 * DAY),
      whole,
      { level: "minute", fromAt: 100 * DAY + 4 * HOUR },
    ],
    ["no day before its last hour", folded(whole, 101 * DAY - HOUR, 100 * DAY), 100 * DAY, null],
    [
      "a day that is whole",
      folded(whole, 101 * DAY, 100 * DAY),
      100 * DAY,
      { level: "ten-minute", fromAt: 100 * DAY },
    ],
  ];
  test.each(cases)("%s", (_, given, now, expected) => {
    expect(nextFold(given, now)).toEqual(expected);
  });
});

describe("droppableBefore", () => {
  const kept = keptMs({ rawHours: 48, minuteDays: 7, tenMinuteDays: 30 });
  test("is by age, and for raw samples by what is packed", () => {
    expect(droppableBefore(spans, kept, NOW)).toEqual([
      { level: "raw", at: 100 * DAY + 4 * HOUR },
      { level: "packed", at: NOW - 2 * DAY },
      { level: "minute", at: NOW - 7 * DAY },
      { level: "ten-minute", at: NOW - 30 * DAY },
    ]);
  });
  test("keeps packed raw samples for as long as a takeover may read them", () => {
    const packed = spans.map((span) => ({ ...span, beforeAt: NOW }));
    expect(droppableBefore(packed, kept, NOW)[0]).toEqual({ level: "raw", at: NOW - RAW_KEPT_MS });
  });
  test("never passes what the next level has folded", () => {
    const late = spans.map((span) => ({ ...span, beforeAt: 80 * DAY }));
    expect(droppableBefore(late, kept, NOW).map(({ at }) => at)).toEqual([
      80 * DAY,
      80 * DAY,
      80 * DAY,
      NOW - 30 * DAY,
    ]);
  });
  test("is nothing while nothing is folded", () => {
    expect(droppableBefore([], kept, NOW)).toEqual([]);
  });
});

test("inSlots hands the samples of each slot over together, and leaves empty slots out", () => {
  const samples = [3, 9, 10, 19, 45].map((at) => ({ at, values: [at] }));
  const merged = inSlots(samples, 10, (slot) => ({
    at: slot[0].at,
    values: slot.flatMap(({ values }) => values),
  }));
  expect(merged.map(({ values }) => values)).toEqual([[3, 9], [10, 19], [45]]);
  expect(inSlots([], 10, ([first]) => first)).toEqual([]);
});

test("greatestOf knows nothing of nothing", () => {
  expect([greatestOf([]), greatestOf([null]), greatestOf([null, 0, 3, null])]).toEqual([null, null, 3]);
});
