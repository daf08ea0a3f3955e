import { describe, expect, it } from "vitest";

import {
  lagRecords,
  markerWords,
  orderPartitions,
  partitionId,
  type PartitionSort,
} from "#components/groups/partition-order.ts";
import type { GroupPartition } from "#lib/domain/groups/group.ts";

function partition(over: Partial<GroupPartition>): GroupPartition {
  return {
    topic: "a",
    partition: 0,
    committed: 0n,
    end: 0n,
    start: 0n,
    lag: { state: "known", lag: 0 },
    timeLagMs: 0,
    retentionUsed: null,
    expiresAt: null,
    verdict: "ok",
    reason: "",
    memberId: null,
    movedAt: null,
    ...over,
  };
}

const ROWS = [
  partition({
    topic: "a",
    partition: 10,
    lag: { state: "known", lag: 5 },
    verdict: "ok",
    end: 9007199254740993n,
  }),
  partition({
    topic: "a",
    partition: 2,
    lag: { state: "known", lag: 900 },
    verdict: "warn",
    end: 9007199254740992n,
  }),
  partition({
    topic: "b",
    partition: 0,
    lag: { state: "lost", lag: 7, lost: 3 },
    verdict: "stall",
    end: null,
  }),
  partition({
    topic: "b",
    partition: 1,
    lag: { state: "uncommitted" },
    verdict: "unknown",
    timeLagMs: null,
    end: 4n,
  }),
];

const order = (sort: PartitionSort, direction: "asc" | "desc") =>
  orderPartitions(ROWS, sort, direction).map(partitionId);

describe("the order of a group's partitions", () => {
  it.each([
    ["trouble", "asc", ["b:0", "a:2", "a:10", "b:1"]],
    ["trouble", "desc", ["b:1", "a:10", "a:2", "b:0"]],
    ["topic", "asc", ["a:2", "a:10", "b:0", "b:1"]],
    ["topic", "desc", ["b:1", "b:0", "a:10", "a:2"]],
    ["lag", "desc", ["a:2", "b:0", "a:10", "b:1"]],
    ["lag", "asc", ["a:10", "b:0", "a:2", "b:1"]],
    ["end", "desc", ["a:10", "a:2", "b:1", "b:0"]],
    ["timeLag", "asc", ["a:2", "a:10", "b:0", "b:1"]],
  ] as const)("by %s, %s", (sort, direction, expected) => {
    expect(order(sort, direction)).toEqual(expected);
  });

  it("puts lost records with the worst, whatever the verdict on the rest", () => {
    const rows = [
      partition({ topic: "a", partition: 0, verdict: "warn", lag: { state: "known", lag: 50 } }),
      partition({ topic: "a", partition: 1, verdict: "ok", lag: { state: "lost", lag: 9, lost: 4 } }),
    ];
    expect(orderPartitions(rows, "trouble", "asc").map(partitionId)).toEqual(["a:1", "a:0"]);
  });

  it("leaves the given list as it is", () => {
    const before = ROWS.map(partitionId);
    order("lag", "desc");
    expect(ROWS.map(partitionId)).toEqual(before);
  });
});

describe("the records that a lag counts", () => {
  it.each([
    [{ state: "known", lag: 3 }, 3],
    [{ state: "lost", lag: 9, lost: 2 }, 9],
    [{ state: "marker-tail", markers: 2 }, 0],
    [{ state: "uncommitted" }, null],
    [{ state: "beyond-end", by: 4 }, null],
    [{ state: "orphaned" }, null],
    [{ state: "unknown", reason: "r" }, null],
  ] as const)("%j counts %j", (lag, records) => {
    expect(lagRecords(lag)).toBe(records);
  });

  it("names the markers of a tail", () => {
    expect([markerWords(1), markerWords(2)]).toEqual(["1 marker", "2 markers"]);
  });
});

describe("the order by retention used", () => {
  it("puts the greatest share first and what is not known last, in both directions", () => {
    const rows = [
      partition({ partition: 0, retentionUsed: null }),
      partition({ partition: 1, retentionUsed: 0.2 }),
      partition({ partition: 2, retentionUsed: 0.9 }),
    ];
    const places = (direction: "asc" | "desc") =>
      orderPartitions(rows, "retention", direction).map((row) => row.partition);
    expect([places("desc"), places("asc")]).toEqual([
      [2, 1, 0],
      [1, 2, 0],
    ]);
  });
});
