import { expect, test } from "vitest";
import { rebalance, rewind, stateChange } from "#lib/domain/sweep/group-changes.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";

const member = (memberId: string, ...partitions: number[]): GroupMember => ({
  ...{ memberId, clientId: "c", host: "h", instanceId: null, pattern: null, waitsFor: [] },
  assignments: [{ topic: "orders", partitions }],
});

test("a group that empties or fills again is a mark, what lies between is none", () => {
  expect(stateChange("stable", "empty")?.sentence).toBe("Its state went from stable to empty.");
  expect(stateChange("empty", "preparing-rebalance")?.kind).toBe("state");
  expect(stateChange("stable", "preparing-rebalance")).toBeNull();
  expect(stateChange("empty", "empty")).toBeNull();
});

test("a rebalance is another set of members or other assignments, in whatever order they are told", () => {
  const before = [member("a", 0, 1), member("b", 2)];
  expect(rebalance(before, [member("b", 2), member("a", 1, 0)])).toBeNull();
  expect(rebalance(before, [member("a", 0, 1, 2)])?.sentence).toBe("Its members went from 2 to 1.");
  expect(rebalance(before, [member("a", 0), member("b", 1, 2)])?.sentence).toBe(
    "Its partitions were dealt out anew among 2 members.",
  );
});

test("a rewind counts what went back, and neither a first commit nor a missing one is one", () => {
  expect(rewind("orders", [10n, 20n, null, 5n], [4n, 25n, 1n, null])?.sentence).toBe(
    "Commits on orders went back by 6 records on 1 partition.",
  );
  expect(rewind("orders", [10n, null], [10n, 3n])).toBeNull();
});
