import { describe, expect, test } from "vitest";
import { drainsIn, type LagPoint } from "#lib/domain/groups/drain.ts";
import { advanceRate, sumKnown } from "#lib/domain/groups/rates.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";
import trace from "./drain-trace.json" with { type: "json" };

const windowOf = (...rows: [at: number, ...offsets: (bigint | null)[]][]): OffsetWindow => {
  const window = new OffsetWindow(181);
  for (const [at, ...offsets] of rows) window.push(at, offsets);
  return window;
};

describe("advanceRate", () => {
  test("is the advance of all partitions over the last minute", () => {
    const window = windowOf([0, 0n, 0n], [30_000, 100n, 0n], [60_000, 500n, 100n]);
    expect(advanceRate(window, 60_000)).toBe(10);
  });
  test("looks a minute back, not further", () => {
    const window = windowOf([0, 0n], [60_000, 6_000n], [120_000, 6_060n]);
    expect(advanceRate(window, 120_000)).toBe(1);
  });
  test("what goes back counts nothing", () => {
    expect(advanceRate(windowOf([0, 500n], [10_000, 100n]), 10_000)).toBe(0);
  });
  test("one sample tells nothing", () => {
    expect(advanceRate(windowOf([0, 500n]), 0)).toBeNull();
  });
  test("nothing is told across a gap", () => {
    expect(advanceRate(windowOf([0, 0n], [600_000, 100n]), 600_000)).toBeNull();
  });
  test("a first commit is not an advance", () => {
    expect(advanceRate(windowOf([0, null, 5n], [10_000, 900n, 5n]), 10_000)).toBe(0);
  });
});

describe("sumKnown", () => {
  test("of nothing known is unknown", () => {
    expect(sumKnown([null, null])).toBeNull();
    expect(sumKnown([null, 2, 3])).toBe(5);
  });
});

describe("drainsIn", () => {
  /** A point every ten seconds. */
  const beats = (...lags: number[]): LagPoint[] => lags.map((lag, beat) => ({ at: beat * 10_000, lag }));
  const cases: [string, LagPoint[], number | null][] = [
    ["a steady fall goes on", beats(500, 400, 300, 200), 20_000],
    ["what it did before the peak counts nothing", beats(0, 250, 500, 400, 300, 200), 20_000],
    ["of a fall of two points the peak is one", beats(0, 500, 400), 40_000],
    ["the peak is left out of more: the lag rose just before it", beats(0, 420, 400, 300, 200), 20_000],
    ["a small rise on the way down is noise", beats(500, 400, 310, 320, 200, 100), 14_085],
    ["what is older than a minute counts nothing", beats(9_000, 8_000, 600, 500, 400, 300, 200, 100), 10_000],
    ["hidden while it grows", beats(100, 200, 300), null],
    ["hidden while it stands", beats(300, 300, 300), null],
    ["what would take more than a year is level", beats(1e12, 1e12, 1e12 - 1, 1e12 - 2), null],
    ["a lag that hovers drains not", beats(2, 4, 3, 3, 2, 3), null],
    ["nothing to drain", beats(300, 0), null],
    ["one sample tells nothing", beats(300), null],
    ["no sample tells nothing", [], null],
  ];
  test.each(cases)("%s", (_, points, expected) => {
    expect(drainsIn(points)).toBe(expected);
  });
});

test("the drain time told at half of a recorded fall is within 20 % of what happened, and at each later sweep", () => {
  const { drainedAt, sweeps } = trace;
  const half = sweeps.findIndex(({ at }) => at === 0);
  expect(half).toBeGreaterThan(5);
  const told = drainsIn(sweeps.slice(0, half + 1)) ?? Infinity;
  expect(Math.abs(told / drainedAt - 1)).toBeLessThan(0.2);
  for (let end = half + 2; end < sweeps.length; end += 1) {
    const last = sweeps[end - 1]!;
    const later = last.at + (drainsIn(sweeps.slice(0, end)) ?? Infinity);
    expect(Math.abs(later - drainedAt)).toBeLessThan(0.2 * drainedAt);
  }
});
