import { describe, expect, it } from "vitest";

import { groupListVerdict } from "#components/groups/group-list-verdict.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

function counts(byVerdict: Partial<Record<Verdict, number>>) {
  const full = { rewind: 0, stall: 0, stop: 0, warn: 0, ok: 0, unknown: 0, ...byVerdict };
  return { all: Object.values(full).reduce((sum, count) => sum + count, 0), empty: 0, byVerdict: full };
}

describe("the sentence over the list of groups", () => {
  it.each([
    [{}, "No group yet.", "neutral"],
    [{ ok: 1 }, "The one group keeps up.", "ok"],
    [{ ok: 41 }, "All 41 groups keep up.", "ok"],
    [{ ok: 2000 }, "All 2,000 groups keep up.", "ok"],
    [{ unknown: 1 }, "The one group cannot be judged yet: too few samples are stored.", "neutral"],
    [{ unknown: 3 }, "None of the 3 groups can be judged yet: too few samples are stored.", "neutral"],
    [{ ok: 1, unknown: 2 }, "1 group keeps up; 2 cannot be judged yet.", "ok"],
    [{ warn: 1, ok: 40 }, "1 group falls behind; 40 keep up.", "warning"],
    [{ stall: 1, warn: 2, ok: 1 }, "1 group is stuck and 2 fall behind; 1 keeps up.", "critical"],
    [
      { rewind: 1, stall: 2, stop: 1, warn: 1, ok: 5, unknown: 1 },
      "1 group went back, 2 are stuck, 1 has stopped and 1 falls behind; 5 keep up; 1 cannot be judged yet.",
      "critical",
    ],
    [{ warn: 3 }, "3 groups fall behind.", "warning"],
  ] as const)("%o: %s", (byVerdict, sentence, tone) => {
    expect(groupListVerdict(counts(byVerdict))).toEqual({ sentence, tone });
  });

  it("says of a filtered list that it speaks of the groups that match", () => {
    expect(groupListVerdict(counts({ ok: 2 }), "matching group").sentence).toBe(
      "All 2 matching groups keep up.",
    );
  });
});
