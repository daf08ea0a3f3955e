import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RawOffsets, sumsOf } from "#lib/adapters/db/history-sums.ts";

type Sample = (bigint | null)[];

const textOf = (samples: readonly Sample[]): string =>
  samples.map((each) => `{${each.map((offset) => offset ?? "NULL").join(",")}}`).join(",");
const sumsOfOne = (commits: Sample, ends: Sample | null) =>
  sumsOf(
    { of: new RawOffsets(textOf([commits])), index: 0 },
    ends === null ? null : { of: new RawOffsets(textOf([ends])), index: 0 },
  );

describe("the sums of a raw sample", () => {
  test.each<[string, Sample, Sample | null, ReturnType<typeof sumsOf>]>([
    ["add up by partition", [1n, 2n], [5n, 7n], { committed: 3, ended: 12, lag: 9, known: 2 }],
    ["count no negative lag", [9n, 2n], [5n, 7n], { committed: 11, ended: 12, lag: 5, known: 2 }],
    ["leave out what has no commit", [null, 2n], [5n, 7n], { committed: 2, ended: 12, lag: 5, known: 1 }],
    [
      "have no lag where an end is missing",
      [1n, 2n],
      [5n, null],
      { committed: 3, ended: 5, lag: null, known: 2 },
    ],
    ["take an end of a newer partition in", [1n], [5n, 7n], { committed: 1, ended: 12, lag: 4, known: 1 }],
    [
      "have no lag where a commit has no end's place",
      [1n, 2n],
      [5n],
      { committed: 3, ended: 5, lag: null, known: 2 },
    ],
    ["are unknown without a commit", [null], [5n], { committed: null, ended: 5, lag: null, known: 0 }],
    ["are unknown of no partition", [], [], { committed: null, ended: null, lag: null, known: 0 }],
    ["have no end where none was stored", [1n], null, { committed: 1, ended: null, lag: null, known: 1 }],
  ])("%s", (_, commits, ends, expected) => {
    expect(sumsOfOne(commits, ends)).toEqual(expected);
  });
  test("are exact beyond 2^53, where the lag of two offsets is lost in their numbers", () => {
    const far = 2n ** 60n;
    expect(sumsOfOne([far, 1n], [far + 3n, 3n])).toEqual({
      ...{ committed: Number(far + 1n), ended: Number(far + 6n), lag: 5, known: 2 },
    });
    // Each is exact as a number, their sum is not.
    const half = 2n ** 52n + 1n;
    expect(sumsOfOne([half, half, half], [half, half + 1n, half])).toMatchObject({
      ...{ committed: Number(3n * half), ended: Number(3n * half + 1n), lag: 1 },
    });
  });

  const offset = fc.option(
    fc.oneof(fc.bigInt(0n, 1_000n), fc.bigInt(2n ** 52n, 2n ** 54n), fc.bigInt(2n ** 62n, 2n ** 63n - 1n)),
  );
  const sample = fc.array(offset, { maxLength: 5 });
  test("are what whole numbers of any size say, sample by sample", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 5 }), (samples) => {
        const commits = new RawOffsets(textOf(samples.map(([each]) => each)));
        const ends = new RawOffsets(textOf(samples.map(([, each]) => each)));
        samples.forEach(([commit, end], index) => {
          const total = (values: Sample): bigint =>
            values.reduce<bigint>((sum, each) => sum + (each ?? 0n), 0n);
          const known = commit.flatMap((each, partition) => (each === null ? [] : [{ each, partition }]));
          const lags = known.map(({ each, partition }) => {
            const last = end[partition] ?? null;
            return last === null ? null : last > each ? last - each : 0n;
          });
          const whole = known.length > 0 && !lags.includes(null);
          expect(sumsOf({ of: commits, index }, { of: ends, index })).toEqual({
            committed: known.length === 0 ? null : Number(total(commit)),
            ended: end.every((each) => each === null) ? null : Number(total(end)),
            lag: whole ? Number(total(lags)) : null,
            known: known.length,
          });
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
