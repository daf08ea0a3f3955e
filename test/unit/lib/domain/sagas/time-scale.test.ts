import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeOf, timeScale } from "#lib/domain/sagas/time-scale.ts";

const folds = (instants: number[]) =>
  timeScale(instants, true)
    .spans.filter(({ folded }) => folded)
    .map(({ fromAt, toAt }) => [fromAt, toAt]);

describe("what is folded", () => {
  test.each<[string, number[], number[][]]>([
    ["nothing of one instant", [5], []],
    ["nothing of two", [0, 600_000], []],
    ["a wait that is long against all else", [0, 100, 300, 360_300], [[300, 360_300]]],
    [
      "every one of several long waits",
      [0, 100, 60_100, 60_200, 120_200],
      [
        [100, 60_100],
        [60_200, 120_200],
      ],
    ],
    ["nothing under a second", [0, 1, 900], []],
    ["nothing that keeps the rest legible", [0, 20_000, 80_000], []],
  ])("%s", (_, instants, expected) => {
    expect(folds(instants)).toEqual(expected);
  });
});

test("without folding time is linear", () => {
  const scale = timeScale([0, 10, 1_000_000], false);
  expect(placeOf(scale, 250_000)).toBeCloseTo(0.25);
});

test("a folded wait takes 7 % of the line, and ten of them 40 % together", () => {
  const [fold] = timeScale([0, 100, 360_300], true).spans.filter(({ folded }) => folded);
  expect((fold?.to ?? 0) - (fold?.from ?? 0)).toBeCloseTo(0.07);
  const many = Array.from({ length: 11 }, (_, index) => [index * 600_000, index * 600_000 + 10]).flat();
  const shares = timeScale(many, true).spans.filter(({ folded }) => folded);
  expect(shares).toHaveLength(10);
  expect(shares.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(0.4);
});

const instants = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 60 });

test("every instant has a place from 0 to 1, later ones further right; the ends are at the ends", () => {
  fc.assert(
    fc.property(instants, fc.boolean(), (given, fold) => {
      const scale = timeScale(given, fold);
      const sorted = [...new Set(given)].sort((a, b) => a - b);
      const places = sorted.map((at) => placeOf(scale, at));
      places.forEach((place, index) => {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(1);
        if (index > 0) expect(place).toBeGreaterThan(places[index - 1] ?? 0);
      });
      if (sorted.length > 1) expect([places[0], places.at(-1)]).toEqual([0, 1]);
    }),
  );
});
