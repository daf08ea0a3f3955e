import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HEAT_SHADES, heatLevel, heatRuns, shadeFrom } from "#components/charts/heat-scale.ts";

describe("the shade of a value", () => {
  it.each([
    ["a gap", null, 100, "gap"],
    ["zero", 0, 100, 0],
    ["the least lag, which must show", 1, 1_000_000, 1],
    ["the peak", 1_000_000, 1_000_000, HEAT_SHADES],
    ["the only record there ever was", 1, 1, HEAT_SHADES],
    ["nothing where nothing ever was", 0, 0, 0],
  ])("%s", (_, value, peak, level) => {
    expect(heatLevel(value, peak)).toBe(level);
  });

  it("never falls as the value grows, and stays within the shades", () => {
    const counts = fc.nat(10_000_000);
    fc.assert(
      fc.property(counts, counts, counts, (a, b, more) => {
        const [small, great] = [Math.min(a, b), Math.max(a, b)];
        const peak = great + more;
        const [low, high] = [heatLevel(small, peak) as number, heatLevel(great, peak) as number];
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(HEAT_SHADES);
      }),
    );
  });

  it("begins where the legend says", () => {
    const peak = 50_000;
    for (let level = 1; level <= HEAT_SHADES; level += 1) {
      const from = shadeFrom(level, peak);
      expect(heatLevel(from, peak)).toBe(level);
      if (level > 1) expect(heatLevel(from - 1, peak)).toBe(level - 1);
    }
  });
});

describe("the runs of a map", () => {
  it("joins neighbours of one shade and keeps gaps apart", () => {
    expect(heatRuns([[0, 0, 5, 5, null, 5]], 5)).toEqual([
      { level: 0, row: 0, from: 0, length: 2 },
      { level: HEAT_SHADES, row: 0, from: 2, length: 2 },
      { level: "gap", row: 0, from: 4, length: 1 },
      { level: HEAT_SHADES, row: 0, from: 5, length: 1 },
    ]);
  });

  it("covers every cell once", () => {
    const cell = fc.option(fc.nat(1_000));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { maxLength: 5 }), (rows) => {
        const runs = heatRuns(rows, 1_000);
        for (const [row, values] of rows.entries()) {
          const drawn = runs.filter((run) => run.row === row);
          const cells = drawn.flatMap(({ from, length, level }) =>
            Array.from({ length }, (_, step) => [from + step, level]),
          );
          expect(cells).toEqual(values.map((value, slot) => [slot, heatLevel(value, 1_000)]));
        }
      }),
    );
  });
});
