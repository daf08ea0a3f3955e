import { expect, test } from "vitest";
import { offsetsExpireAt, type ExpiryInput } from "#lib/domain/groups/offsets-expiry.ts";

const WEEK_MS = 604_800_000;
const empty: ExpiryInput = {
  ...{ kind: "classic", state: "empty", protocolType: "consumer", stateSinceAt: 1_000 },
  ...{ movedAt: [500, null, 700], offsetsRetentionMs: WEEK_MS },
};

test.each<[string, Partial<ExpiryInput>, number | null]>([
  ["a classic group's clock starts when it became empty", {}, 1_000 + WEEK_MS],
  ["which may have been before Sluice watched", { stateSinceAt: null }, null],
  ["a KIP-848 group's commits expire one by one", { kind: "consumer" }, 500 + WEEK_MS],
  ["and so do those of streams groups", { kind: "streams" }, 500 + WEEK_MS],
  ["and those made without ever joining", { protocolType: "" }, 500 + WEEK_MS],
  ["of which none was seen to move", { protocolType: "", movedAt: [null] }, null],
  ["a group with members keeps its commits", { state: "stable" }, null],
  ["a share group has none", { kind: "share" }, null],
  ["without the brokers' setting nothing is told", { offsetsRetentionMs: null }, null],
])("%s", (_, change, expected) => {
  expect(offsetsExpireAt({ ...empty, ...change })).toBe(expected);
});
