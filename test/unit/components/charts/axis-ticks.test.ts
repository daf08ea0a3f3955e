import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { timeTicks, valueTicks } from "#components/charts/axis-ticks.ts";

const M = 60_000;

describe("valueTicks", () => {
  test.each([
    ["count", 0, [0, 1]],
    ["count", 3, [0, 1, 2, 3]],
    ["count", 18_204, [0, 5_000, 10_000, 15_000, 20_000]],
    ["rate", 0.4, [0, 0.1, 0.2, 0.3, 0.4]],
    ["durationMs", 252_000, [0, 2 * M, 4 * M, 6 * M]],
  ] as const)("%s up to %d", (kind, peak, ticks) => {
    expect(valueTicks(kind, peak)).toEqual(ticks);
  });
  test("begins at zero, reaches the peak and stays few, whatever the peak", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("count", "rate", "bytes", "percent", "durationMs"),
        fc.double({ min: 0, max: 1e15, noNaN: true }),
        (kind, peak) => {
          const ticks = valueTicks(kind, peak);
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)! * (1 + 1e-9)).toBeGreaterThanOrEqual(peak);
          expect(ticks.length).toBeLessThanOrEqual(6);
        },
      ),
    );
  });
});

describe("timeTicks", () => {
  test("an hour in seven ticks at most, on round minutes", () => {
    const from = Date.UTC(2026, 10, 22, 10, 3, 20);
    const ticks = timeTicks(from, from + 60 * M, 7);
    expect(ticks.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      "10:10",
      "10:20",
      "10:30",
      "10:40",
      "10:50",
      "11:00",
    ]);
  });
  test("an empty range has one tick", () => {
    expect(timeTicks(5, 5, 7)).toEqual([5]);
  });
});
