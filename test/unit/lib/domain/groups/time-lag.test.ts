import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeLag, type EndPoint } from "#lib/domain/groups/time-lag.ts";

const points: EndPoint[] = [
  { at: 10_000, end: 100n },
  { at: 20_000, end: 200n },
  { at: 30_000, end: 200n },
  { at: 40_000, end: 300n },
];

const cases: [string, bigint, number | null][] = [
  ["everything read is 0", 300n, 0],
  ["a commit beyond the end is 0", 310n, 0],
  ["half way between two points", 250n, 5_000],
  ["a quiet stretch: the record came after it", 200n, 10_000],
  ["at an older point", 100n, 30_000],
  ["older than the oldest point is not guessed", 99n, null],
];

describe("timeLag", () => {
  test.each(cases)("%s", (_, committed, expected) => {
    expect(timeLag(committed, 40_000, points)).toBe(expected);
  });
  test("without points nothing is known", () => {
    expect(timeLag(5n, 40_000, [])).toBeNull();
  });
  test("lies between now less the two points around the commit", () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.bigInt({ min: 0n, max: 1_000n })),
      {
        minLength: 2,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(steps, fc.bigInt({ min: 0n, max: 30_000n }), (given, committed) => {
        let [at, end] = [0, 0n];
        const rising = given.map(([ms, more]) => ({ at: (at += ms), end: (end += more) }));
        const lag = timeLag(committed, at, rising);
        const after = rising.findIndex((point) => point.end > committed);
        if (after < 0) expect(lag).toBe(0);
        else if (after === 0) expect(lag).toBeNull();
        else {
          expect(lag).toBeGreaterThanOrEqual(at - rising[after]!.at - 1);
          expect(lag).toBeLessThanOrEqual(at - rising[after - 1]!.at + 1);
        }
      }),
    );
  });
});
