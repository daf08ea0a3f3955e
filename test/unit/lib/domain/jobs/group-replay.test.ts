import { describe, expect, test } from "vitest";
import {
  compareReplay,
  followSentence,
  rangesOf,
  rereadOf,
  resetTargetOf,
  waitSentence,
} from "#lib/domain/jobs/group-replay.ts";
import { planRows } from "#lib/domain/offset-resets/plan-rows.ts";
import { planTotals } from "#lib/domain/offset-resets/plan-totals.ts";
import type { ResetPlan, ResetTarget, WatchFinding } from "#lib/domain/offset-resets/offset-reset.ts";
import { commits, empty, logs, planOf, TOPIC, TOPIC_ID } from "../offset-resets/plan-fixture.ts";

/** A reset of partitions 0, 1, ... that stand at `from`, in logs of `[start, end]`. */
function resetOf(
  from: (bigint | null)[],
  ranges: [bigint, bigint][],
  target: ResetTarget = { kind: "offset", offset: 2n },
): ResetPlan {
  const { rows, left } = planRows({
    ...{ target, timed: new Map(), given: new Map(), commits: commits(...from), logs: logs(...ranges) },
    compacted: new Set<string>(),
    partitions: ranges.map((_, partition) => ({ topic: TOPIC, partition })),
  });
  return { ...planOf(rows), left, totals: planTotals(rows) };
}

const WHOLE: [bigint, bigint][] = [
  [0n, 10n],
  [0n, 10n],
];

describe("where a replay begins", () => {
  test.each([
    [{ kind: "start" as const }, { kind: "earliest" }],
    [
      { kind: "offset" as const, offset: 7n },
      { kind: "offset", offset: 7n },
    ],
    [
      { kind: "time" as const, at: 12 },
      { kind: "time", at: 12 },
    ],
    [{ kind: "end" as const }, null],
  ])("%o becomes %o", (edge, target) => {
    expect(resetTargetOf(edge)).toEqual(target);
  });
});

describe("what is read again", () => {
  test("from where it is put to where it stood; a group that did not begin reads to the end", () => {
    const at = { topic: TOPIC, topicId: TOPIC_ID };
    expect(rangesOf(resetOf([8n, null], WHOLE))).toEqual([
      { ...at, partition: 0, fromOffset: 2n, toOffset: 8n },
      { ...at, partition: 1, fromOffset: 2n, toOffset: 10n },
    ]);
  });
  test("a partition that would be put ahead, and one that stands there, is in no range", () => {
    expect(rangesOf(resetOf([1n, 2n], WHOLE))).toEqual([]);
  });
});

describe("a plan that is made anew beside the one that was agreed to", () => {
  const agreed = resetOf([8n, 8n], WHOLE);
  test("a group that read on is put to the same offsets: no difference", () => {
    expect(compareReplay(agreed, resetOf([9n, 10n], WHOLE))).toEqual({ differences: [], readOn: 3 });
  });
  test("a start past the planned offset, and a commit that went back, are differences", () => {
    const now = resetOf(
      [7n, 8n],
      [
        [0n, 10n],
        [5n, 10n],
      ],
    );
    expect(compareReplay(agreed, now).differences).toEqual([
      `${TOPIC} 0: The commit was 8 and is 7.`,
      `${TOPIC} 1: The start is 5, past the planned 2: retention took what lay between.`,
    ]);
  });
  test("a commit that is gone, and a partition that is gone", () => {
    const now = resetOf([null], [[0n, 10n]]);
    expect(compareReplay(agreed, now).differences).toEqual([
      `${TOPIC} 0: The commit was 8 and is none.`,
      `${TOPIC} 1: The partition is gone.`,
    ]);
  });
  test("a topic that was made anew holds other records at the same offsets", () => {
    const now = resetOf([8n, 8n], WHOLE);
    const other = { ...now, topics: now.topics.map((each) => ({ ...each, topicId: "another" })) };
    expect(compareReplay(agreed, other).differences).toContain(`The topic ${TOPIC} was made anew.`);
  });
});

describe("how far a group is back", () => {
  const plan = resetOf([8n, 10n], WHOLE);
  const found = (partition: number, what: WatchFinding["what"]): WatchFinding => ({
    ...{ topic: TOPIC, partition, seenAt: 0, put: 2n, found: 10n, what },
  });
  const watch = (findings: WatchFinding[]) => ({ untilAt: 0, endedAt: 0, lookedAt: 0, findings });
  test.each<[string, (bigint | null)[], object]>([
    ["where it was put nothing is", [2n, 2n], { passed: 0, left: 14, partitionsLeft: 2 }],
    ["half way", [5n, 10n], { passed: 11, left: 3, partitionsLeft: 1 }],
    ["past where it stood counts no more than that", [9n, 12n], { passed: 14, left: 0, partitionsLeft: 0 }],
    ["behind where it was put, and without a commit", [1n, null], { passed: 0, left: 14 }],
  ])("%s", (_, at, reread) => {
    expect(rereadOf({ plan, watch: null }, empty(commits(...at)))).toMatchObject({ ...reread, total: 14 });
  });
  test("a commit that a standalone consumer overwrote proves nothing; one of a member does", () => {
    const told = watch([found(0, "overwritten"), found(1, "read-on")]);
    const reread = rereadOf({ plan, watch: told }, empty(commits(10n, 10n)));
    expect(reread).toEqual({ total: 14, passed: 8, left: 0, unknown: 6, partitionsLeft: 0 });
  });
});

test("what is waited for is said with what to do about it", () => {
  expect(waitSentence("payments", { state: "stable", memberCount: 3 })).toBe(
    "Group payments has 3 members: stop them; the offsets are set back when it is empty.",
  );
  const reread = { total: 14, passed: 11, left: 3, unknown: 0, partitionsLeft: 1 };
  expect(followSentence("payments", reread, { memberCount: 0 })).toBe(
    "Group payments has no members: start it, and it reads 3 records again.",
  );
  expect(followSentence("payments", reread, { memberCount: 1 })).toBe(
    "Group payments reads again: 3 records are left on 1 partition.",
  );
  expect(followSentence("payments", { ...reread, left: 0 }, { memberCount: 1 })).toBeNull();
});
