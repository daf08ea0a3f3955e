import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reduceTable } from "#lib/domain/time/reduce.ts";

const BEAT = 10_000;
const options = { fromAt: 0, toAt: 100 * BEAT, points: 20, gapMs: 2.5 * BEAT };
const column = (values: (number | null)[]): { at: number[]; series: (number | null)[][] } => ({
  at: values.map((_, index) => index * BEAT),
  series: [values],
});

describe("reduceTable", () => {
  test("leaves few samples as they are", () => {
    const reduced = reduceTable(column([1, 2, 3]), options);
    expect(reduced).toEqual({ stepMs: BEAT, at: [0, BEAT, 2 * BEAT], series: [[1, 2, 3]] });
  });
  test("puts one null between two samples that are far apart", () => {
    const reduced = reduceTable({ at: [0, BEAT, 10 * BEAT], series: [[1, 2, 3]] }, options);
    expect(reduced.at).toEqual([0, BEAT, 55_000, 10 * BEAT]);
    expect(reduced.series).toEqual([[1, 2, null, 3]]);
  });
  test("keeps a spike of one sample among many", () => {
    const values = new Array<number | null>(100).fill(5);
    values[42] = 9_000;
    const reduced = reduceTable(column(values), options);
    expect(reduced.at.length).toBeLessThanOrEqual(options.points);
    expect(reduced.series[0]).toContain(9_000);
  });
  test("a gap among many samples stays a gap", () => {
    const at = Array.from({ length: 100 }, (_, index) => index * BEAT).filter(
      (each) => each < 300_000 || each > 700_000,
    );
    const reduced = reduceTable({ at, series: [at.map(() => 1)] }, options);
    reduced.at.forEach((instant, index) => {
      const inside = instant >= 300_000 && instant < 700_000;
      expect(reduced.series[0]?.[index]).toBe(inside ? null : 1);
    });
  });
  test("of nothing is nothing", () => {
    expect(reduceTable({ at: [], series: [[]] }, options)).toEqual({ stepMs: 0, at: [], series: [[]] });
  });

  const table = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.option(fc.integer({ min: 0, max: 1_000_000 }))), {
      maxLength: 400,
    })
    .map((rows) => {
      let at = 0;
      return rows.map(([step, value]) => ({ at: (at += step), value }));
    });
  test("keeps the least and the greatest, within the points asked for, in the order of time", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 2, max: 500 }), (rows, points) => {
        const at = rows.map((row) => row.at);
        const values = rows.map((row) => row.value);
        const toAt = at.at(-1) ?? 1;
        const reduced = reduceTable({ at, series: [values] }, { fromAt: 0, toAt, points, gapMs: 25_000 });
        const known = (all: readonly (number | null)[] | undefined): number[] =>
          (all ?? []).filter((each) => each !== null);
        expect(reduced.at.length).toBeLessThanOrEqual(points);
        expect(reduced.series[0]).toHaveLength(reduced.at.length);
        expect(reduced.at).toEqual([...reduced.at].sort((a, b) => a - b));
        expect(Math.max(-1, ...known(reduced.series[0]))).toBe(Math.max(-1, ...known(values)));
        expect(Math.min(2_000_000, ...known(reduced.series[0]))).toBe(Math.min(2_000_000, ...known(values)));
        expect(known(reduced.series[0]).every((each) => values.includes(each))).toBe(true);
      }),
    );
  });
});
