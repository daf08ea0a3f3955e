import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PartitionLag } from "#lib/domain/groups/group.ts";
import { lagOf, partitionLag, sumLag, type LagInput } from "#lib/domain/groups/partition-lag.ts";

const usual: LagInput = {
  ...{ committed: 40n, end: 100n, start: 0n, exists: true, wasBeyond: false, recordsLeft: null },
};

const cases: [string, Partial<LagInput>, PartitionLag][] = [
  ["end less commit", {}, { state: "known", lag: 60 }],
  ["a commit at the end has no lag", { committed: 100n }, { state: "known", lag: 0 }],
  ["no commit is not the whole log", { committed: null }, { state: "uncommitted" }],
  [
    "a commit below the start has lost records",
    { committed: 10n, start: 30n },
    { state: "lost", lag: 90, lost: 20 },
  ],
  ["a commit at the start lost nothing", { committed: 30n, start: 30n }, { state: "known", lag: 70 }],
  ["an unknown start loses nothing", { committed: 10n, start: null }, { state: "known", lag: 90 }],
  ["beyond the end once is a race of two reads", { committed: 103n }, { state: "known", lag: 0 }],
  ["beyond the end twice is a cut log", { committed: 103n, wasBeyond: true }, { state: "beyond-end", by: 3 }],
  ["a topic that is gone", { exists: false }, { state: "orphaned" }],
  ["a topic that is gone, without a commit", { exists: false, committed: null }, { state: "orphaned" }],
  [
    "a tail without a record is markers",
    { committed: 99n, recordsLeft: 0 },
    { state: "marker-tail", markers: 1 },
  ],
  ["a tail with a record is lag", { committed: 97n, recordsLeft: 2 }, { state: "known", lag: 3 }],
  [
    "a lost commit has no tail",
    { committed: 10n, start: 30n, recordsLeft: 0 },
    { state: "lost", lag: 90, lost: 20 },
  ],
  [
    "an end that could not be read",
    { end: null },
    { state: "unknown", reason: "The end offset could not be read." },
  ],
];

describe("partitionLag", () => {
  test.each(cases)("%s", (_, change, expected) => {
    expect(partitionLag({ ...usual, ...change })).toEqual(expected);
  });

  test("is never negative, whatever was read in whatever order", () => {
    const offset = fc.option(fc.bigInt({ min: 0n, max: 1n << 50n }));
    const input = fc.record({
      committed: offset,
      end: offset,
      start: offset,
      exists: fc.boolean(),
      wasBeyond: fc.boolean(),
      recordsLeft: fc.option(fc.nat(100)),
    });
    fc.assert(
      fc.property(input, (given) => {
        expect(lagOf(partitionLag(given)) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("sumLag", () => {
  test("adds what has a number and leaves out what has none", () => {
    expect(
      sumLag([
        { state: "known", lag: 3 },
        { state: "uncommitted" },
        { state: "lost", lag: 4, lost: 1 },
        { state: "marker-tail", markers: 1 },
      ]),
    ).toBe(7);
  });
  test("of nothing known is unknown, not zero", () => {
    expect(sumLag([{ state: "uncommitted" }, { state: "orphaned" }])).toBeNull();
    expect(sumLag([])).toBeNull();
  });
});
