import { expect, test } from "vitest";
import { topicRole } from "#lib/domain/topics/topic-role.ts";
import { retentionOf } from "#lib/domain/topics/topic-retention.ts";

test.each([
  ["order.order.created", "base"],
  ["order.order.created.dlt", "dead-letter"],
  ["orders-dlt", "dead-letter"],
  ["orders.DLT", "dead-letter"],
  ["order.order.created.retry.payments.1", "retry"],
  ["orders-retry-0", "retry"],
  ["order.order.created.redrive.payments", "redrive"],
  ["__consumer_offsets", "internal"],
  ["_sluice.ledger", "internal"],
  ["retry.policy.changed", "base"],
])("%s is %s", (name, role) => {
  expect(topicRole(name, false)).toBe(role);
});

test("what the broker calls internal is internal", () => {
  expect(topicRole("orders", true)).toBe("internal");
});

test.each([
  [-1, { state: "forever" }],
  [604_800_000, { state: "kept", ms: 604_800_000 }],
  [0, { state: "kept", ms: 0 }],
  [null, { state: "unknown" }],
] as const)("retention.ms %s", (ms, expected) => {
  expect(retentionOf(ms)).toEqual(expected);
});
