import { describe, expect, test } from "vitest";
import { expiresAt, retentionUsed, type TopicKeeping } from "#lib/domain/groups/retention.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";

const HOUR_MS = 3_600_000;
const NOW = 100 * HOUR_MS;
const week: TopicKeeping = {
  ...{ cleanupPolicy: "delete", retentionMs: 168 * HOUR_MS, retentionBytes: -1, starts: null },
};
const at = (committed: bigint | null, start: bigint | null = 0n, end: bigint | null = 100n) => ({
  ...{ partition: 0, committed, start, end },
});

describe("retentionUsed", () => {
  test.each<[string, TopicKeeping, ReturnType<typeof at>, number | null]>([
    ["a quarter unread", week, at(75n), 0.25],
    ["everything read", week, at(100n), 0],
    ["at the start: all that is kept", week, at(0n), 1],
    ["below the start: records are lost", week, at(40n, 50n), 1.2],
    ["a compacted topic has no share", { ...week, cleanupPolicy: "compact" }, at(75n), null],
    ["an unknown policy has none", { ...week, cleanupPolicy: null }, at(75n), null],
    ["no commit", week, at(null), null],
    ["an empty log", week, at(40n, 100n), null],
  ])("%s", (_, keeping, standing, expected) => {
    expect(retentionUsed(keeping, standing)).toBe(expected);
  });
});

describe("expiresAt", () => {
  const age = { at: NOW, timeLagMs: 2 * HOUR_MS };
  const moving = (...starts: bigint[]): OffsetWindow => {
    const window = new OffsetWindow(20);
    starts.forEach((start, index) => window.push(NOW - (starts.length - 1 - index) * 60_000, [start]));
    return window;
  };

  test("its age and retention.ms tell when it goes, at the earliest", () => {
    expect(expiresAt(week, at(40n), age)).toBe(NOW - 2 * HOUR_MS + 168 * HOUR_MS);
  });

  test("retention.bytes takes it sooner when the start arrives sooner", () => {
    const bySize = { ...week, retentionBytes: 1_000, starts: moving(0n, 10n, 20n) };
    expect(expiresAt(bySize, at(40n, 20n), age)).toBe(NOW + 2 * 60_000);
  });

  test.each<[string, TopicKeeping, ReturnType<typeof at>]>([
    ["nothing unread", week, at(100n)],
    ["kept for ever", { ...week, retentionMs: -1 }, at(40n)],
    ["compacted", { ...week, cleanupPolicy: "compact,delete" }, at(40n)],
    [
      "a start that stands still",
      { ...week, retentionMs: -1, retentionBytes: 9, starts: moving(5n, 5n) },
      at(40n, 5n),
    ],
  ])("%s: nothing is told", (_, keeping, standing) => {
    expect(expiresAt(keeping, standing, age)).toBeNull();
  });

  test("an unknown age tells nothing by age", () => {
    expect(expiresAt(week, at(40n), { at: NOW, timeLagMs: null })).toBeNull();
  });
});
