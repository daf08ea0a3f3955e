import { describe, expect, test } from "vitest";
import { drainsIn } from "#lib/domain/groups/drain.ts";
import { advanceRate, sumKnown } from "#lib/domain/groups/rates.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";

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
  const cases: [string, Parameters<typeof drainsIn>, number | null][] = [
    ["the lag at the net rate", [600, 30, 10], 30_000],
    ["hidden while it grows", [600, 10, 30], null],
    ["hidden while it stands", [600, 10, 10], null],
    ["nothing to drain", [0, 30, 10], null],
    ["an unknown lag", [null, 30, 10], null],
    ["an unknown rate", [600, null, 10], null],
  ];
  test.each(cases)("%s", (_, given, expected) => {
    expect(drainsIn(...given)).toBe(expected);
  });
});
