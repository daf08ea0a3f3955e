import { describe, expect, it } from "vitest";

import { evidencePartition, WORST } from "#components/groups/evidence-partition.ts";
import { withSteps } from "#components/groups/sample-steps.ts";
import type { GroupPartition } from "#lib/domain/groups/group.ts";

const partition = (number: number, verdict: GroupPartition["verdict"], lag: number): GroupPartition => ({
  ...{ topic: "orders", partition: number, committed: 0n, end: 0n, start: 0n, timeLagMs: null },
  ...{ retentionUsed: null, expiresAt: null, reason: "", memberId: null, movedAt: null },
  lag: { state: "known", lag },
  verdict,
});

describe("the partition whose evidence is shown", () => {
  const partitions = [
    partition(0, "ok", 0),
    partition(1, "warn", 10),
    partition(2, "warn", 900),
    partition(3, "stop", 5),
  ];
  it.each([
    ["the one that the address names", "warn", "orders:0", 0],
    ["the worst of those with the group's own verdict", "warn", WORST, 2],
    ["the worst of all where none has the group's verdict", "unknown", WORST, 3],
    ["none where the group does not have it", "warn", "orders:9", undefined],
  ] as const)("%s", (_, verdict, key, number) => {
    expect(evidencePartition({ verdict, partitions }, key)?.partition).toBe(number);
  });
});

describe("the samples of a verdict", () => {
  it("come newest first, with how far each commit moved since the one before", () => {
    const sample = (at: number, committed: bigint | null) => ({ at, committed, end: 100n, lag: null });
    const steps = withSteps([
      sample(1, 50n),
      sample(2, 60n),
      sample(3, 60n),
      sample(4, null),
      sample(5, 40n),
    ]);
    expect(steps.map(({ at, moved }) => [at, moved])).toEqual([
      [5, null],
      [4, null],
      [3, 0n],
      [2, 10n],
      [1, null],
    ]);
    expect(withSteps([sample(1, 50n), sample(2, 40n)])[0]?.moved).toBe(-10n);
  });
});
