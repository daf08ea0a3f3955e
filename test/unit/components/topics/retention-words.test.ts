import { describe, expect, it } from "vitest";
import { retentionSentence, retentionShort, writtenDuration } from "#components/topics/retention-words.ts";
import type { TopicRetention } from "#lib/domain/topics/topic.ts";

const DAY_MS = 86_400_000;
const week: TopicRetention = { state: "kept", ms: 7 * DAY_MS };
const bytes = (value: string) => [{ name: "retention.bytes", value, overridden: true }];

describe("a length of time in words", () => {
  it.each([
    [7 * DAY_MS, "7 days"],
    [DAY_MS, "1 day"],
    [DAY_MS + 7_200_000, "1 day 2 hours"],
    [5_400_000, "1 hour 30 minutes"],
    [90_000, "1 minute 30 seconds"],
    [1_000, "1 second"],
    [500, "500 ms"],
  ])("%d ms reads %s", (ms, words) => {
    expect(writtenDuration(ms)).toBe(words);
  });
});

describe("retention in a cell", () => {
  it.each([
    ["kept", week, "delete", "7 d"],
    ["forever", { state: "forever" } as const, "delete", "forever"],
    ["compacted alone", week, "compact", "compacted"],
    ["compacted and deleted", week, "compact,delete", "compacted, 7 d"],
    ["policy not known yet", week, null, "7 d"],
    ["retention not known yet", { state: "unknown" } as const, "delete", null],
    ["compacted, although retention is not known", { state: "unknown" } as const, "compact", "compacted"],
  ])("%s", (...[, retention, cleanupPolicy, words]) => {
    expect(retentionShort({ retention, cleanupPolicy })).toBe(words);
  });
});

describe("retention as a sentence", () => {
  it("says the time, as a least time: Kafka deletes whole segments", () => {
    expect(retentionSentence({ retention: week, cleanupPolicy: "delete" }, [])).toBe(
      "Records are deleted 7 days after they are written, at the earliest.",
    );
  });
  it("names the size at which a partition loses records sooner", () => {
    expect(retentionSentence({ retention: week, cleanupPolicy: "delete" }, bytes("1073741824"))).toBe(
      "Records are deleted 7 days after they are written, or sooner when a partition exceeds 1.07 GB.",
    );
  });
  it("takes retention.bytes -1 for no limit", () => {
    expect(retentionSentence({ retention: { state: "forever" }, cleanupPolicy: "delete" }, bytes("-1"))).toBe(
      "Records are kept forever.",
    );
  });
  it("does not claim forever where the size limits", () => {
    expect(
      retentionSentence({ retention: { state: "forever" }, cleanupPolicy: "delete" }, bytes("1000000")),
    ).toBe("Records are kept until a partition exceeds 1 MB.");
  });
  it("does not promise deletion by time for a topic that is only compacted", () => {
    expect(retentionSentence({ retention: week, cleanupPolicy: "compact" }, bytes("1000000"))).toMatch(
      /^Compacted: the latest record of each key is kept;/,
    );
  });
});
