import { describe, expect, it } from "vitest";

import { assignmentWords, memberLag, subscriptionWords } from "#components/groups/member-lag.ts";
import type { GroupMember, GroupPartition, PartitionLag } from "#lib/domain/groups/group.ts";

const MEMBER: GroupMember = {
  memberId: "m-1",
  clientId: "payments",
  host: "/10.0.0.1",
  instanceId: null,
  assignments: [],
  pattern: null,
  waitsFor: [],
};

function owned(memberId: string | null, lag: PartitionLag): GroupPartition {
  return {
    topic: "t",
    partition: 0,
    committed: null,
    end: null,
    start: null,
    lag,
    timeLagMs: null,
    retentionUsed: null,
    expiresAt: null,
    verdict: "ok",
    reason: "",
    memberId,
    movedAt: null,
  };
}

describe("the lag of a member", () => {
  it("sums what its own partitions are known to be behind", () => {
    const rows = [
      owned("m-1", { state: "known", lag: 4 }),
      owned("m-1", { state: "lost", lag: 6, lost: 2 }),
      owned("m-1", { state: "uncommitted" }),
      owned("m-2", { state: "known", lag: 100 }),
      owned(null, { state: "known", lag: 100 }),
    ];
    expect(memberLag(MEMBER, rows)).toBe(10);
  });

  it("is unknown where none of its partitions has a known lag, and never 0 for that", () => {
    expect(memberLag(MEMBER, [owned("m-1", { state: "uncommitted" })])).toBeNull();
    expect(memberLag(MEMBER, [])).toBeNull();
  });
});

describe("what a member owns, in words", () => {
  it.each([
    [[], "none"],
    [[{ topic: "t", partitions: [] }], "none"],
    [[{ topic: "t", partitions: [3] }], "t 3"],
    [[{ topic: "t", partitions: [10, 0, 2, 1, 5] }], "t 0-2, 5, 10"],
    [
      [
        { topic: "t", partitions: [0, 1] },
        { topic: "u", partitions: [7] },
      ],
      "t 0-1; u 7",
    ],
  ])("%o: %s", (assignments, words) => {
    expect(assignmentWords({ assignments })).toBe(words);
  });
});

describe("what a member asked to read besides what is owned", () => {
  it.each([
    [{}, null],
    [{ pattern: "orders\\..*" }, "subscribes by the pattern orders\\..*"],
    [{ waitsFor: ["a", "b"] }, "waits for a, b"],
    [{ pattern: "a.*", waitsFor: ["b"] }, "subscribes by the pattern a.*; waits for b"],
  ])("%o: %s", (change, words) => {
    expect(subscriptionWords({ ...MEMBER, ...change })).toBe(words);
  });
});
