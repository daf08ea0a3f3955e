import { describe, expect, test } from "vitest";
import { differences } from "#lib/domain/offset-resets/differences.ts";
import { outcomeOf, watchFindings } from "#lib/domain/offset-resets/outcome.ts";
import { warningsOf } from "#lib/domain/offset-resets/plan-notes.ts";
import { caughtUpInMs, medianReadRate } from "#lib/domain/offset-resets/rates.ts";
import { emptySince, refusalOfKind, refusalOfState, waitsForMs } from "#lib/domain/offset-resets/refusals.ts";
import { commits, empty, logs, move, planOf, TOPIC } from "./plan-fixture.ts";

describe("who is refused", () => {
  test.each([
    ["classic", "orders", "consumer", null],
    ["consumer", "orders", "consumer", null],
    ["classic", "orders", "", null],
    ["share", "orders", "share", "share_group"],
    ["streams", "orders", "streams", "streams_group"],
    ["classic", "connect-sink", "consumer", "connect_group"],
    ["classic", "my-workers", "connect", "connect_group"],
  ] as const)("a %s group %s of protocol %j: %s", (kind, group, protocolType, code) => {
    expect(refusalOfKind(group, kind, protocolType)?.code ?? null).toBe(code);
  });

  test.each([
    ["empty", "classic", 0, "latest", null],
    [
      "stable",
      "classic",
      2,
      "latest",
      "It has 2 members. Stop its consumers first: Kafka takes a reset only while the group is empty.",
    ],
    [
      "preparing-rebalance",
      "classic",
      0,
      "latest",
      "It is preparing-rebalance. Stop its consumers first: Kafka takes a reset only while the group is empty.",
    ],
    ["dead", null, 0, "latest", "The cluster has no such group."],
    ["dead", null, 0, "undo", null],
  ] as const)("a group that is %s", (state, kind, memberCount, to, sentence) => {
    const target = to === "undo" ? ({ kind: to, id: "x" } as const) : ({ kind: to } as const);
    expect(refusalOfState({ kind, state, memberCount }, target)?.sentence ?? null).toBe(sentence);
  });
});

describe("how long a group has been Empty", () => {
  const plan = { groupState: "empty", readAt: 500 } as const;
  const active = { groupState: "stable", readAt: 500 } as const;
  const stored = (state: "empty" | "stable", stateSinceAt: number | null, observedAt: number) => ({
    ...{ state, stateSinceAt, observedAt },
  });
  test.each([
    ["since a sweep saw it become so", stored("empty", 100, 900), 50, plan, 100],
    ["since it was first seen, where it was never anything else", stored("empty", null, 900), 50, plan, 50],
    ["since the plan, where no sweep knows it", null, null, plan, 500],
    ["not at all, where a later sweep saw members", stored("stable", 600, 900), 50, plan, null],
    ["since the plan, where sweeps have not looked since", stored("stable", 100, 400), 50, plan, 500],
    ["not by a plan that found members", null, null, active, null],
  ])("%s", (_, seen, seenSinceAt, made, expected) => {
    expect(emptySince({ stored: seen, seenSinceAt, plan: made })).toBe(expected);
  });
  test("it counts after 20 s", () => {
    expect([waitsForMs(0, 19_999), waitsForMs(0, 20_000), waitsForMs(null, 5)]).toEqual([1, 0, 20_000]);
  });
});

describe("what makes a plan untrue", () => {
  const plan = planOf([move(0, 50n, 20n), move(1, null, 30n), move(2, 5n, 5n)]);
  const range: [bigint, bigint] = [0n, 100n];
  const now = (at: ReturnType<typeof commits>, ...ranges: [bigint | null, bigint | null][]) =>
    differences(plan, { standing: empty(at), logs: logs(...ranges) });

  test("nothing, when ends grow, and when a commit moves that the plan leaves", () => {
    expect(now(commits(50n, null, 9n), [0n, 900n], range, range)).toEqual([]);
  });
  test("a commit that moved, appeared or went", () => {
    expect(now(commits(51n, 3n), range, range, range)).toEqual([
      `${TOPIC} 0: the commit was 50 and is 51.`,
      `${TOPIC} 1: the commit was none and is 3.`,
    ]);
  });
  test("a start past the target, an end before it, an offset that nobody tells", () => {
    expect(now(commits(50n), [21n, 100n], [0n, 29n], range)).toEqual([
      `${TOPIC} 0: the start was 0 and is 21, past the target 20.`,
      `${TOPIC} 1: the end was 100 and is 29, before the target 30.`,
    ]);
    expect(now(commits(50n), [null, 100n], range, range)).toEqual([
      `${TOPIC} 0: no leader tells its offsets.`,
    ]);
  });
  test("a topic that is gone, was made anew, or has more partitions", () => {
    const standing = empty(commits(50n));
    expect(differences(plan, { standing, logs: new Map() })).toEqual([`The topic ${TOPIC} is gone.`]);
    const log = logs(range, range, range).get(TOPIC)!;
    expect(differences(plan, { standing, logs: new Map([[TOPIC, { ...log, topicId: "new" }]]) })).toEqual([
      `The topic ${TOPIC} was made anew.`,
    ]);
    expect(now(commits(50n), range, range, range, range)).toEqual([
      `The topic ${TOPIC} had 3 partitions and has 4.`,
    ]);
  });
});

describe("the outcome of a reset that was cut short", () => {
  const rows = [move(0, 50n, 20n), move(1, 50n, null), move(2, 7n, 7n)];
  test.each([
    ["nothing done", commits(50n, 50n, 7n), { state: "refused" }],
    ["all done", commits(20n, null, 7n), { state: "applied" }],
    ["all done, and a consumer went on with a part", commits(33n, null, 7n), { state: "applied" }],
    [
      "all elsewhere: nothing tells",
      commits(33n, 44n, 7n),
      {
        ...{ state: "failed", done: 0 },
        failures: [
          `${TOPIC} 0: the commit 33 where 20 was to be.`,
          `${TOPIC} 1: the commit 44 where none was to be.`,
        ],
      },
    ],
    [
      "half done",
      commits(20n, 50n, 7n),
      { state: "failed", done: 1, failures: [`${TOPIC} 1: the commit 50 where none was to be.`] },
    ],
  ] as const)("%s", (_, at, expected) => {
    expect(outcomeOf(rows, empty(at))).toEqual(expected);
  });
});

describe("what the half minute after shows", () => {
  const plan = planOf([move(0, 50n, 20n), move(1, 50n, 20n)]);
  const watch = { untilAt: 9, endedAt: null, lookedAt: null, findings: [] };
  const stable = { state: "stable", memberCount: 1 } as const;
  test.each([
    ["all stayed", empty(commits(20n, 20n)), []],
    ["a committer without membership", empty(commits(20n, 60n)), [["overwritten", 60n]]],
    ["members that read on", { ...empty(commits(20n, 25n)), ...stable }, [["read-on", 25n]]],
    ["members that were before it", { ...empty(commits(20n, 10n)), ...stable }, [["moved-back", 10n]]],
    ["a commit that is gone", { ...empty(commits(20n)), ...stable }, [["moved-back", null]]],
  ] as const)("%s", (_, standing, expected) => {
    expect(watchFindings({ plan, watch }, standing).map(({ what, found }) => [what, found])).toEqual(
      expected,
    );
  });
  test("an overwrite stays one when members come, keeps its first sight and tells the newest offset", () => {
    const findings = watchFindings({ plan, watch }, { ...empty(commits(20n, 60n)), readAt: 5 });
    const later = watchFindings(
      { plan, watch: { ...watch, findings } },
      { ...empty(commits(20n, 70n)), ...stable, readAt: 8 },
    );
    expect(later).toEqual([
      { topic: TOPIC, partition: 1, seenAt: 5, put: 20n, found: 70n, what: "overwritten" },
    ]);
  });
});

describe("warnings", () => {
  const signs = {
    target: { kind: "latest" },
    now: 1_000_000,
    lastMovedAt: null,
    emptySinceAt: null,
  } as const;
  const codes = (
    change: Partial<ReturnType<typeof planOf>>,
    seen: Partial<{ lastMovedAt: number | null; emptySinceAt: number | null }> = {},
  ) =>
    warningsOf({ ...planOf([move(0, 50n, 20n)]), ...change }, { ...signs, ...seen }).map(({ code }) => code);

  test.each([
    ["none of a group whose members left long ago", {}, {}, []],
    ["commits without membership", { protocolType: "" }, {}, ["no_membership"]],
    [
      "commits that moved after the members left",
      {},
      { lastMovedAt: 990_000, emptySinceAt: 900_000 },
      ["live_committer"],
    ],
    [
      "commits that moved, where nobody knows when the members left",
      {},
      { lastMovedAt: 990_000 },
      ["live_committer"],
    ],
    [
      "a member's last commit is a lesser sign",
      {},
      { lastMovedAt: 899_000, emptySinceAt: 900_000 },
      ["moved_lately"],
    ],
    ["commits that moved more than 5 m ago are none", {}, { lastMovedAt: 600_000 }, []],
    ["of a group with members none", { groupState: "stable" }, { lastMovedAt: 990_000 }, []],
  ] as const)("%s", (_, change, seen, expected) => {
    expect(codes(change, seen)).toEqual(expected);
  });
  test("each thing that a plan does besides re-reading is said", () => {
    const rows = [move(0, 50n, 90n), move(1, null, 10n), move(2, 50n, null)];
    const plan = planOf(rows);
    expect(
      codes({
        ...plan,
        totals: { ...plan.totals, taken: 3, atMost: true },
        left: [{ topic: TOPIC, partition: 9, reason: "x" }],
      }),
    ).toEqual([...["retention_took", "records_skipped", "begins", "commits_deleted", "left", "at_most"]]);
  });
});

describe("how long it takes to catch up", () => {
  test("the middle of the rates at which the group read", () => {
    expect(medianReadRate([null, 0, 5, 100, 0, 7])).toBe(7);
    expect(medianReadRate([0, null])).toBeNull();
  });
  test.each([
    [1_000, 100, 50, 20_000],
    [0, null, null, 0],
    [1_000, 50, 100, null],
    [1_000, null, 1, null],
    [null, 100, 1, null],
  ])("%s records at %s/s while %s/s arrive: %s ms", (lag, consumeRate, produceRate, expected) => {
    expect(caughtUpInMs(lag, { consumeRate, produceRate })).toBe(expected);
  });
});
