import { describe, expect, it } from "vitest";

import { partitionState } from "#components/groups/partition-state.ts";

describe("how a partition of a group stands", () => {
  it.each([
    ["its verdict", { state: "known", lag: 3 }, "falls behind", "warning"],
    ["its verdict while the lag is unknown", { state: "unknown", reason: "r" }, "falls behind", "warning"],
    ["records that were deleted unread", { state: "lost", lag: 1, lost: 1200 }, "1,200 lost", "critical"],
    ["a commit past the end", { state: "beyond-end", by: 2 }, "past the end", "warning"],
    ["a commit whose topic is gone", { state: "orphaned" }, "orphaned", "notice"],
    ["its verdict on a tail of markers", { state: "marker-tail", markers: 1 }, "falls behind", "warning"],
    ["no commit", { state: "uncommitted" }, "no commit", "neutral"],
  ] as const)("%s", (_, lag, word, tone) => {
    expect(partitionState({ lag, verdict: "warn", reason: "Its lag has not fallen once." })).toMatchObject({
      word,
      tone,
    });
  });

  it("gives the verdict's own reason, and its meaning where there is none", () => {
    const lag = { state: "known", lag: 3 } as const;
    expect(partitionState({ lag, verdict: "stall", reason: "It commits nothing." }).why).toBe(
      "It commits nothing.",
    );
    expect(partitionState({ lag, verdict: "stall", reason: "" }).why).toBe(
      "A member owns a partition with lag and commits nothing.",
    );
  });
});
