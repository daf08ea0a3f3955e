import { describe, expect, it } from "vitest";

import { drainOf } from "#components/groups/group-numbers.ts";

describe("when a group's lag is drained", () => {
  const base = { lag: 100, timeLagMs: 90_000, drainsInMs: null, consumeRate: 5, verdict: "warn" } as const;
  it.each([
    ["a known time", { ...base, drainsInMs: 9_000 }, "drains"],
    ["a lag that does not shrink", base, "never"],
    [
      "a few records in a group that keeps up",
      { ...base, lag: 3, timeLagMs: 900, verdict: "ok" as const },
      "nothing",
    ],
    ["a healthy verdict on a group that is minutes behind", { ...base, verdict: "ok" as const }, "never"],
    ["no lag", { ...base, lag: 0 }, "nothing"],
    ["an unknown lag", { ...base, lag: null }, "unknown"],
    ["an unknown rate", { ...base, consumeRate: null }, "unknown"],
    ["a group that cannot be judged yet", { ...base, verdict: "unknown" as const }, "unknown"],
  ])("%s", (_, row, state) => {
    expect(drainOf(row).state).toBe(state);
  });
});
