import { describe, expect, it } from "vitest";

import { heatSlots } from "#components/groups/heat-slots.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 400 * 24 * HOUR;

describe("into how many slots a heat map is cut", () => {
  it.each([
    ["a quarter of an hour", 15 * MINUTE, 0, 60],
    ["an hour", HOUR, 0, 120],
    ["30 days", 720 * HOUR, 0, 120],
    ["two minutes", 2 * MINUTE, 0, 8],
    ["ten seconds", 10_000, 0, 2],
    ["half an hour three days ago, kept by the minute", 30 * MINUTE, 72 * HOUR, 20],
    ["six hours ten days ago, kept by ten minutes", 6 * HOUR, 240 * HOUR, 24],
  ])("%s", (_, spanMs, endedMsAgo, slots) => {
    const toAt = NOW - endedMsAgo;
    expect(heatSlots({ fromAt: toAt - spanMs, toAt }, NOW)).toBe(slots);
  });
});
