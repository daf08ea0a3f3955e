import { describe, expect, test } from "vitest";
import { redriveIdOf } from "#lib/domain/jobs/redrive-id.ts";
import { deadLetterTopicsOf, settleWindowMs } from "#lib/domain/jobs/settling.ts";
import { skippedSpans, skipsIn, type CommitMove } from "#lib/domain/jobs/skipped-spans.ts";
import { settledSince } from "#lib/domain/jobs/stop-rules.ts";

const MINUTE = 60_000;

describe("the settle window", () => {
  test.each([
    ["nobody knows how long its kind takes", null, 5 * MINUTE],
    ["its kind takes a moment", 900, 5 * MINUTE],
    ["a clock ran backwards", -3_000, 5 * MINUTE],
    ["its kind takes longer", 17 * MINUTE + 0.4, 17 * MINUTE + 1],
    ["its kind takes days", 40 * 60 * MINUTE, 24 * 60 * MINUTE],
  ])("where %s", (_name, took, ms) => {
    expect(settleWindowMs(took)).toBe(ms);
  });
});

const move = (from: number | null, to: number | null, partition = 0): CommitMove => ({
  ...{ partition, start: 3n, end: 90n },
  from: from === null ? null : BigInt(from),
  to: to === null ? null : BigInt(to),
});

describe("what resets take a group past", () => {
  test.each<[string, CommitMove[], [number, number, number][]]>([
    ["nothing was moved", [], []],
    ["forward: what lies between", [move(10, 40)], [[0, 10, 40]]],
    ["back: nothing", [move(40, 10)], []],
    ["forward and all the way back: nothing", [move(10, 40), move(40, 5)], []],
    [
      "forward and half the way back: what lies before is skipped",
      [move(10, 40), move(45, 20)],
      [[0, 10, 20]],
    ],
    ["back and forward: what lies between at last", [move(40, 10), move(12, 30)], [[0, 12, 30]]],
    [
      "forward twice: both",
      [move(10, 20), move(30, 40)],
      [
        [0, 10, 20],
        [0, 30, 40],
      ],
    ],
    ["back before both: neither", [move(10, 20), move(30, 40), move(50, 4)], []],
    ["a first commit: all before it", [move(null, 40)], [[0, 3, 40]]],
    ["no commit any more: all behind it, for nobody knows where it begins", [move(70, null)], [[0, 70, 90]]],
    ["another partition moves back", [move(10, 40), move(40, 0, 1)], [[0, 10, 40]]],
  ])("%s", (_name, moves, spans) => {
    expect(
      skippedSpans(moves).map(({ partition, from, to }) => [partition, Number(from), Number(to)]),
    ).toEqual(spans);
  });

  test("a span touches what begins before its end and ends behind its start, in its own partition", () => {
    const spans = skippedSpans([move(10, 40)]);
    const skips = (from: number, below: number, partition = 0): boolean =>
      skipsIn(spans, { partition, from: BigInt(from), below: BigInt(below) });
    expect([skips(0, 10), skips(0, 11), skips(39, 50), skips(40, 50), skips(0, 50, 1)]).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

test("what a person saw settled when they resumed does not count again, nor does a pass that became a return", () => {
  const counts = { passed: 40, returned: 3, unknown: 2 };
  expect(settledSince(counts, null)).toEqual(counts);
  expect(settledSince(counts, { passed: 41, returned: 2, unknown: 2 })).toEqual({
    ...{ passed: 0, returned: 1, unknown: 0 },
  });
});

describe("sluice-redrive-id", () => {
  const job = "019a8c52-7d6e-7a3b-8f10-00c04fd430c8";
  test.each([
    [`${job}:12`, { job, kind: "row", seq: 12n }],
    [`${job}:3:9007199254740993`, { job, kind: "range", range: 3, offset: 9007199254740993n }],
    [`${job}:`, null],
    [`${job}:1:2:3`, null],
    [`${job}:-1`, null],
    [`${job}:12345678901234567890`, null],
    [`${job.toUpperCase()}:1`, null],
    ["1", null],
    ["", null],
  ])("%s", (text, id) => {
    expect(redriveIdOf(text)).toEqual(id);
  });
});

test("a copy may come back to the dead letters of its base topic, and to those that the job was made of", () => {
  const topic = (ref: number, name: string, sources: string[], ofJob = false) => ({
    ...{ ref, topic: name, sources, retryTopics: [], ofJob },
  });
  const all = [
    topic(1, "a.b.c.dlt", []),
    topic(2, "x.y.z.dlt", ["x.y.z"]),
    topic(3, "errors", ["a.b.c"]),
    topic(4, "other", [], true),
  ];
  expect(deadLetterTopicsOf("a.b.c.redrive.pay", all).map(({ ref }) => ref)).toEqual([1, 3, 4]);
});
