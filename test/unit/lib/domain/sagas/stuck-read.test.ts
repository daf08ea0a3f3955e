import { describe, expect, test } from "vitest";
import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";
import { hasRead, type MessagePlace } from "#lib/domain/sagas/stuck-read.ts";

const OBSERVED_AT = Date.UTC(2026, 10, 1, 10);
const SENT_AT = OBSERVED_AT - 60_000;

const partition = (change: Partial<GroupTopicPartition> = {}): GroupTopicPartition => ({
  ...{ partition: 0, committed: 10n, end: 20n, start: 0n, lag: { state: "known", lag: 10 }, timeLagMs: null },
  ...{
    retentionUsed: null,
    expiresAt: null,
    verdict: "ok",
    reason: "",
    memberId: null,
    movedAt: null,
    ...change,
  },
});
const level = { committed: 20n, lag: { state: "known", lag: 0 } } as const;
const uncommitted = { committed: null, lag: { state: "uncommitted" } } as const;
const exact = (offset: bigint): MessagePlace => ({ partition: 0, offset, sentAt: SENT_AT });
const timed: MessagePlace = { partition: 0, offset: null, sentAt: SENT_AT };
const anywhere: MessagePlace = { ...timed, partition: null };

describe("whether a group has read a message", () => {
  test.each<[string, GroupTopicPartition[], MessagePlace, ReturnType<typeof hasRead>]>([
    ["its commit lies behind the record", [partition()], exact(9n), "yes"],
    ["its commit is the record", [partition()], exact(10n), "no"],
    ["it has committed nothing", [partition(uncommitted)], exact(3n), "no"],
    [
      "the record came after the look, and nothing is committed",
      [partition(uncommitted)],
      exact(20n),
      "unknown",
    ],
    ["another partition tells nothing", [partition({ partition: 1 })], exact(3n), "unknown"],
    ["it is level", [partition(level)], timed, "yes"],
    ["only markers are left", [partition({ lag: { state: "marker-tail", markers: 1 } })], timed, "yes"],
    ["its first unread record is younger", [partition({ timeLagMs: 50_000 })], timed, "yes"],
    ["its first unread record is older", [partition({ timeLagMs: 70_000 })], timed, "no"],
    ["its commit has not moved since", [partition({ movedAt: SENT_AT - 1 })], timed, "no"],
    ["its commit was never seen to move", [partition()], timed, "no"],
    [
      "its commit has moved since, and nobody knows how far",
      [partition({ movedAt: SENT_AT + 1 })],
      timed,
      "unknown",
    ],
    ["it was sent after the look", [partition(level)], { ...timed, sentAt: OBSERVED_AT + 1 }, "unknown"],
    ["nobody knows when it was sent", [partition(level)], { ...timed, sentAt: null }, "unknown"],
    ["its lag is unknown", [partition({ lag: { state: "unknown", reason: "x" } })], timed, "unknown"],
    ["every partition is level", [partition(level), partition({ ...level, partition: 1 })], anywhere, "yes"],
    [
      "one of them is level and one is not",
      [partition(level), partition({ partition: 1 })],
      anywhere,
      "unknown",
    ],
    ["no partition may have read it", [partition(), partition({ partition: 1 })], anywhere, "no"],
    [
      "an empty partition without a commit hides nothing",
      [partition({ ...uncommitted, end: 0n })],
      timed,
      "unknown",
    ],
  ])("%s", (_, partitions, place, answer) => {
    expect(hasRead(partitions, place, OBSERVED_AT)).toBe(answer);
  });
});
