import { describe, expect, it } from "vitest";

import { retentionWords } from "#components/groups/retention-words.ts";

const HOUR = 3_600_000;
const words = (retentionUsed: number | null, expiresInMs: number | null) =>
  retentionWords({ retentionUsed, expiresAt: expiresInMs, observedAt: 0 });

describe("how much of what Kafka keeps is unread", () => {
  it.each([
    ["everything is read", 0, null, "0%", undefined],
    ["a trace", 0.001, 90 * HOUR, "<1%", undefined],
    ["much, with days to go", 0.95, 90 * HOUR, "95%", undefined],
    ["much, and nobody tells when it goes", 0.95, null, "95%", "warning"],
    ["within the hour", 0.5, HOUR, "50%", "warning"],
    ["past its retention", 0.5, -1, "50%", "critical"],
    ["lost already", 1.2, 90 * HOUR, "120%", "critical"],
    ["lost many times over", 40, null, ">999%", "critical"],
  ])("%s", (_, used, left, word, tone) => {
    expect(words(used, left)).toMatchObject({ word, tone });
  });
  it("is unknown without a share", () => {
    expect(words(null, HOUR)).toBeNull();
  });
  it("says when the first unread record may go, at the earliest", () => {
    expect(words(0.5, 2 * HOUR)?.why).toBe(
      "Kafka may delete the first unread record in 2 h at the earliest, 1 Jan 1970, 02:00:00.000 UTC.",
    );
  });
});
