import { describe, expect, test } from "vitest";

import { chartPeak, chartRows, type ChartSeries } from "#components/charts/chart-series.ts";

const line = (values: (number | null)[]): ChartSeries => ({ id: "a", name: "a", values });

describe("chartRows", () => {
  test("a missing sample is a gap, not a straight line", () => {
    const rows = chartRows([0, 10, 20, 60, 70], [line([1, 2, 3, 4, 5])]);
    expect(rows).toEqual([
      { at: 0, values: [1] },
      { at: 10, values: [2] },
      { at: 20, values: [3] },
      { at: 30, values: [null] },
      { at: 60, values: [4] },
      { at: 70, values: [5] },
    ]);
  });
  test("a late sample within two and a half steps is no gap", () => {
    expect(chartRows([0, 10, 20, 44, 54], [line([1, 2, 3, 4, 5])])).toHaveLength(5);
  });
  test("a series shorter than the instants ends in a gap", () => {
    expect(chartRows([0, 10], [line([7])]).at(-1)).toEqual({ at: 10, values: [null] });
  });
  test("one sample and none are drawable", () => {
    expect(chartRows([5], [line([7])])).toEqual([{ at: 5, values: [7] }]);
    expect(chartRows([], [line([])])).toEqual([]);
  });
});

test("the peak is the greatest value, or the greatest sum when stacked", () => {
  const rows = [
    { at: 0, values: [3, 4] },
    { at: 1, values: [5, null] },
  ];
  expect(chartPeak(rows, false)).toBe(5);
  expect(chartPeak(rows, true)).toBe(7);
  expect(chartPeak([], true)).toBe(0);
});
