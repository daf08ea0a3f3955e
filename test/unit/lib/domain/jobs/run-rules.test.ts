import { describe, expect, test } from "vitest";
import { allowedOn, firstRung, nextRung } from "#lib/domain/jobs/ladder.ts";
import {
  ledgeredEnd,
  ledgeredEnds,
  rowsOfEntry,
  tooOldReason,
  type PendingRow,
} from "#lib/domain/jobs/recovery.ts";
import type { LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";
import { chainOf, unreadPartitions, type ChainsAsked } from "#lib/domain/jobs/settling.ts";
import { stopReason } from "#lib/domain/jobs/stop-rules.ts";

describe("the ladder", () => {
  test.each([
    [true, 1_000, [1, 5, 50, null]],
    [true, 50, [1, 5, null]],
    [true, 5, [1, null]],
    [true, 2, [1, null]],
    [true, 1, [null]],
    [false, 1_000, [null]],
  ])("canary %s of %i records climbs %j", (canary, planned, rungs) => {
    const climbed: (number | null)[] = [firstRung(canary, planned)];
    for (let rung = climbed[0]; rung !== null && rung !== undefined; rung = climbed.at(-1))
      climbed.push(nextRung(rung, planned));
    expect(climbed).toEqual(rungs);
  });

  test("a rung allows what is left of it, the end of the ladder everything", () => {
    expect([allowedOn(5, 1), allowedOn(5, 5), allowedOn(5, 9)]).toEqual([4, 0, 0]);
    expect(allowedOn(null, 9)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("stop rules", () => {
  const settled = (passed: number, returned: number, unknown = 0) => ({ passed, returned, unknown });
  test.each([
    ["nothing came back", 5, settled(5, 0), 0, null],
    [
      "one return on a rung under 20 stops",
      5,
      settled(4, 1),
      0,
      "1 of 5 settled records came back on the rung of 5.",
    ],
    [
      "one return on the first rung stops",
      1,
      settled(0, 1),
      0,
      "1 of 1 settled record came back on the rung of 1.",
    ],
    ["under the share it goes on", 50, settled(46, 4), 0, null],
    [
      "at the share it stops",
      50,
      settled(45, 5),
      0,
      "5 of 50 settled records came back: the job stops at 10 %.",
    ],
    ["few settled records tell no share while others are open", null, settled(5, 5), 100, null],
    ["few are all", null, settled(5, 5), 0, "5 of 10 settled records came back: the job stops at 10 %."],
    ["unknown ones count as settled", 50, settled(0, 1, 19), 30, null],
  ])("%s", (_name, rung, counts, open, reason) => {
    expect(stopReason({ rung, settled: counts, open, stopAtReturnedPercent: 10 })).toBe(reason);
  });
});

const entry = (change: Partial<LedgerEntry>): LedgerEntry => ({
  ...{ job: "j", range: null, from: 0n, to: 6n, skipped: [], targets: [] },
  ...change,
});
const row = (seq: number, partition: number): PendingRow => ({
  seq: BigInt(seq),
  target: { topic: "t", partition },
});

describe("recovery", () => {
  test("rows of a partition take its offsets in the plan's order, skipped ones none", () => {
    const targets = [
      { topic: "t", partition: 1, baseOffset: 70n, count: 2 },
      { topic: "t", partition: 0, baseOffset: 10n, count: 2 },
    ];
    const rows = [row(0, 0), row(1, 1), row(2, 0), row(3, 0), row(4, 1)];
    expect(rowsOfEntry(entry({ skipped: [2n], targets }), rows)).toEqual({
      sent: [
        { seq: 0n, offset: 10n },
        { seq: 1n, offset: 70n },
        { seq: 3n, offset: 11n },
        { seq: 4n, offset: 71n },
      ],
      skipped: [2n],
    });
  });

  test("two runs of one partition are taken one after the other", () => {
    const targets = [
      { topic: "t", partition: 0, baseOffset: 10n, count: 1 },
      { topic: "t", partition: 0, baseOffset: 40n, count: 1 },
    ];
    const found = rowsOfEntry(entry({ targets }), [row(0, 0), row(1, 0)]);
    expect("sent" in found && found.sent.map(({ offset }) => offset)).toEqual([10n, 40n]);
  });

  test("an entry that is about other rows is told apart in both directions", () => {
    const targets = [{ topic: "t", partition: 0, baseOffset: 10n, count: 1 }];
    expect(rowsOfEntry(entry({ targets }), [])).toEqual({
      problem: "The ledger tells of 1 copies that the plan has no rows for.",
    });
    expect(rowsOfEntry(entry({ targets }), [row(0, 0), row(1, 0)])).toEqual({
      problem: "The ledger tells of no copy of record 1, and the plan has it sent.",
    });
  });

  test("the copies of a job end behind the last ledgered one of each partition", () => {
    const ends = ledgeredEnds([
      entry({ targets: [{ topic: "t", partition: 0, baseOffset: 10n, count: 5 }] }),
      entry({ targets: [{ topic: "t", partition: 0, baseOffset: 20n, count: 1 }] }),
    ]);
    expect(ledgeredEnd(ends, { topic: "t", partition: 0 })).toBe(21n);
    expect(ledgeredEnd(ends, { topic: "t", partition: 1 })).toBeNull();
  });

  test("a job of more than 14 days is closed", () => {
    const day = 86_400_000;
    expect(tooOldReason(0, 13 * day)).toBeNull();
    expect(tooOldReason(null, 99 * day)).toBeNull();
    expect(tooOldReason(0, 14 * day)).toContain("14 days");
  });
});

describe("the chain of a copy", () => {
  const asked: ChainsAsked = {
    target: { kind: "way-in", group: "pay" },
    topics: ["a.b.c.retry.pay.2", "a.b.c.retry.pay.1", "a.b.c.retry.ship.1", "x.y.z.retry.pay.1", "a.b.c"],
    deadLetterTopics: [
      { ref: 1, topic: "a.b.c.dlt", sources: ["a.b.c"], retryTopics: [], ofJob: true },
      { ref: 2, topic: "x.y.z.dlt", sources: ["x.y.z"], retryTopics: [], ofJob: false },
    ],
    slugOf: (group) => group,
  };
  test("goes from the redrive reader through the group's own retry topics, level by level, to the dead letters", () => {
    expect(chainOf({ group: null, topic: "a.b.c.redrive.pay" }, asked)).toEqual({
      group: "pay",
      first: { topic: "a.b.c.redrive.pay", readers: ["pay-redrive", "pay"] },
      retries: [
        { topic: "a.b.c.retry.pay.1", readers: ["pay-retry-1"] },
        { topic: "a.b.c.retry.pay.2", readers: ["pay-retry-2"] },
      ],
      deadLetterTopics: [{ ref: 1, topic: "a.b.c.dlt" }],
    });
  });
  test("in the source topic it begins with the failing group itself", () => {
    const chain = chainOf({ group: "ship", topic: "a.b.c" }, { ...asked, target: { kind: "source" } });
    expect(chain?.first).toEqual({ topic: "a.b.c", readers: ["ship"] });
    expect(chain?.retries.map(({ topic }) => topic)).toEqual(["a.b.c.retry.ship.1"]);
  });
  test("is not known for any topic, nor where nobody tells the group", () => {
    expect(
      chainOf({ group: "pay", topic: "q" }, { ...asked, target: { kind: "topic", topic: "q" } }),
    ).toBeNull();
    expect(chainOf({ group: null, topic: "a.b.c" }, { ...asked, target: { kind: "source" } })).toBeNull();
  });
  test("a partition is read when its commit is at its end; what is not told is unread", () => {
    const commits = new Map([
      [0, 5n],
      [1, 4n],
    ]);
    expect(unreadPartitions([5n, 5n, 0n, null], (partition) => commits.get(partition) ?? null)).toEqual([
      { partition: 1, from: 4n, to: 5n },
      { partition: 3, from: null, to: null },
    ]);
  });
});
