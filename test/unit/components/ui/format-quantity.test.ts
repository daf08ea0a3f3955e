import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  formatCompact,
  formatCount,
  formatDuration,
  formatQuantity,
  formatQuantityShort,
} from "#components/ui/format-quantity.ts";

const S = 1_000;
const M = 60 * S;
const H = 60 * M;

describe("a duration reads in two units at most", () => {
  test.each([
    [-400, "0 s"],
    [0, "0 s"],
    [40, "40 ms"],
    [400, "0.4 s"],
    [9_940, "9.9 s"],
    [42 * S, "42 s"],
    [59.6 * S, "1 m"],
    [4 * M + 12 * S, "4 m 12 s"],
    [59 * M + 59.6 * S, "1 h"],
    [2 * H + 10 * M, "2 h 10 m"],
    [23 * H + 59.8 * M, "1 d"],
    [3 * 24 * H + 4 * H, "3 d 4 h"],
  ])("%d ms is %s", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
  test("never shows 60 of a smaller unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 24 * H }), (ms) => {
        expect(formatDuration(ms)).not.toMatch(/\b60 [sm]\b|\b24 h\b/);
      }),
    );
  });
});

describe("numbers", () => {
  test("an offset beyond 2^53 keeps its digits", () => {
    expect(formatCount(9_007_199_254_740_993n)).toBe("9,007,199,254,740,993");
  });
  test.each([
    ["count", 12_480, "12,480"],
    ["rate", 181.4, "181/s"],
    ["rate", 0.42, "0.42/s"],
    ["bytes", 0, "0 B"],
    ["bytes", 64_000, "64 kB"],
    ["bytes", 1_240_000_000, "1.24 GB"],
    ["percent", 34.25, "34.3%"],
  ] as const)("%s %d reads %s", (kind, value, words) => {
    expect(formatQuantity(kind, value)).toBe(words);
  });
  test.each([
    [950, "950"],
    [12_480, "12.5k"],
    [3_200_000, "3.2M"],
  ])("%d is %s on an axis", (value, words) => {
    expect(formatCompact(value)).toBe(words);
  });
  test("a duration is one unit on an axis", () => {
    expect(formatQuantityShort("durationMs", 5_400_000)).toBe("1.5 h");
    expect(formatQuantityShort("durationMs", 0)).toBe("0");
  });
});
