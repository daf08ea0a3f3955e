import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { effectOf, rangeOf } from "#lib/domain/offset-resets/plan-rows.ts";
import { planTotals } from "#lib/domain/offset-resets/plan-totals.ts";
import { commit, move, rowFor, TOPIC, TOPIC_ID } from "./plan-fixture.ts";

const KEY = `0 ${TOPIC}`;
const summary = (row: ReturnType<typeof rowFor>) =>
  typeof row === "string" ? row : [row.to?.offset ?? null, row.clamped, row.effect, row.records, row.taken];

describe("where a commit goes, on a partition of 10 to 100", () => {
  const cases: [string, ResetTarget, bigint | null, unknown][] = [
    ["the earliest is the start", { kind: "earliest" }, 60n, [10n, null, "reread", 50, 0]],
    ["the latest is the end", { kind: "latest" }, 60n, [100n, null, "skip", 40, 0]],
    ["where it is already nothing changes", { kind: "latest" }, 100n, [100n, null, "unchanged", 0, 0]],
    ["without a commit the group begins there", { kind: "earliest" }, null, [10n, null, "begin", 90, 0]],
    [
      "an offset below the start goes to the start",
      { kind: "offset", offset: 4n },
      60n,
      [10n, "start", "reread", 50, 6],
    ],
    [
      "an offset beyond the end goes to the end",
      { kind: "offset", offset: 400n },
      60n,
      [100n, "end", "skip", 40, 0],
    ],
    ["a shift back", { kind: "shift", by: -5 }, 60n, [55n, null, "reread", 5, 0]],
    ["a shift forward over a poison pill", { kind: "shift", by: 1 }, 60n, [61n, null, "skip", 1, 0]],
    [
      "a shift below zero tells what is gone",
      { kind: "shift", by: -70 },
      60n,
      [10n, "start", "reread", 50, 20],
    ],
    [
      "a shift needs a commit",
      { kind: "shift", by: -5 },
      null,
      "The group has no commit here to count from.",
    ],
    ["a lost commit re-reads nothing below the start", { kind: "earliest" }, 3n, [10n, null, "skip", 0, 0]],
    [
      "a commit beyond the end re-reads from the end",
      { kind: "earliest" },
      130n,
      [10n, null, "reread", 90, 0],
    ],
    ["no commit", { kind: "none" }, 60n, [null, null, "forget", null, 0]],
    ["no commit where there is none is left", { kind: "none" }, null, "The group has no commit here."],
  ];
  test.each(cases)("%s", (_, target, from, expected) => {
    expect(summary(rowFor(target, { from, log: [10n, 100n] }))).toEqual(expected);
  });

  test.each([
    ["a time is Kafka's first offset at or after it", 42n, [42n, null, "reread", 18, 0]],
    ["a time after the last record is the end", null, [100n, null, "skip", 40, 0]],
  ] as const)("%s", (_, offset, expected) => {
    const timed = new Map([[KEY, offset]]);
    expect(summary(rowFor({ kind: "time", at: 5 }, { from: 60n, log: [10n, 100n], timed }))).toEqual(
      expected,
    );
  });

  test.each([
    ["no leader tells its offsets", [null, 100n], "No leader tells its offsets."],
    ["an empty partition has one place to go", [7n, 7n], [7n, null, "skip", 0, 0]],
  ] as const)("%s", (_, log, expected) => {
    expect(summary(rowFor({ kind: "earliest" }, { from: 60n, log: [log[0], log[1]] }))).toEqual(expected);
  });
});

describe("what another source gives", () => {
  const at = { from: 60n, log: [10n, 100n] as [bigint, bigint] };
  test("a snapshot's commit comes back with its metadata and epoch", () => {
    const saved = { offset: 20n, leaderEpoch: 3, metadata: "state" };
    const given = new Map([[KEY, { commit: saved, topicId: TOPIC_ID }]]);
    expect(rowFor({ kind: "snapshot", id: "x" }, { ...at, given })).toMatchObject({ to: saved });
  });
  test("a clamped commit loses them: they belong to another offset", () => {
    const given = new Map([
      [KEY, { commit: { offset: 2n, leaderEpoch: 3, metadata: "state" }, topicId: TOPIC_ID }],
    ]);
    expect(rowFor({ kind: "snapshot", id: "x" }, { ...at, given })).toMatchObject({
      to: commit(10n),
      taken: 8,
    });
  });
  test.each([
    [
      "a topic that was made anew is left",
      "snapshot",
      { commit: commit(20n), topicId: "other" },
      "The topic was made anew since: its offsets mean other records.",
    ],
    [
      "another group without a commit is left",
      "group",
      { commit: null, topicId: null },
      "The other group has no commit here.",
    ],
    ["what is not in it is left", "snapshot", undefined, "It is not in there."],
  ] as const)("%s", (_, kind, entry, expected) => {
    const target: ResetTarget = kind === "group" ? { kind, group: "g" } : { kind, id: "x" };
    const given = new Map(entry === undefined ? [] : [[KEY, entry]]);
    expect(rowFor(target, { ...at, given })).toBe(expected);
  });
  test("an undo brings “no commit” back, and counts what was processed since", () => {
    const given = new Map([[KEY, { commit: null, topicId: TOPIC_ID, put: commit(40n) }]]);
    expect(rowFor({ kind: "undo", id: "x" }, { ...at, given })).toMatchObject({
      ...{ to: null, effect: "forget", processed: 20 },
    });
  });
});

test("whatever is asked for, a commit lies in its partition and the numbers add up", () => {
  const offset = fc.bigInt({ min: 0n, max: 200n });
  fc.assert(
    fc.property(offset, offset, fc.option(offset), fc.integer({ min: -300, max: 300 }), (a, b, from, by) => {
      const [start, end] = a < b ? [a, b] : [b, a];
      const row = rowFor({ kind: "shift", by }, { from, log: [start, end] });
      if (typeof row === "string") return from === null;
      const to = row.to?.offset ?? -1n;
      const range = rangeOf(row);
      return (
        to >= start &&
        to <= end &&
        (row.records ?? 0) >= 0 &&
        (range === null ||
          (range.from >= start && range.to <= end && range.to - range.from === BigInt(row.records ?? 0)))
      );
    }),
  );
});

test("there and back again is where it was, “no commit” included", () => {
  const place = fc.option(fc.bigInt({ min: 0n, max: 100n }));
  fc.assert(
    fc.property(place, place, (from, to) => {
      const there = move(0, from, to);
      const back = move(0, to, from);
      expect(back.to?.offset ?? null).toBe(from);
      expect(there.effect === "unchanged").toBe(back.effect === "unchanged");
    }),
  );
});

test("totals add up what changes, and nothing else", () => {
  const rows = [
    move(0, 50n, 20n),
    move(1, 50n, 90n),
    move(2, 50n, 50n),
    move(3, null, 10n),
    move(4, 5n, null),
  ];
  expect(planTotals(rows)).toMatchObject({
    ...{ changed: 4, reread: 30, skipped: 40, forgotten: 1, taken: 0, lagAfter: null, atMost: false },
  });
  expect(planTotals(rows.slice(0, 3)).lagAfter).toBe(80 + 10 + 50);
});

test("a move between two commits of one offset is none, whatever their metadata", () => {
  const log = { start: 0n, end: 9n };
  expect(effectOf(commit(5n), { offset: 5n, leaderEpoch: 2, metadata: "m" }, log).effect).toBe("unchanged");
});
