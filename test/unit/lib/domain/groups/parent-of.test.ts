import { expect, test } from "vitest";
import { parentOf } from "#lib/domain/groups/parent-of.ts";

const ids = new Set(["payments", "payments-retry-1", "payments-redrive", "payments-dlt", "x-retry"]);

test.each([
  ["payments-retry-1", { parentId: "payments", role: "retry" }],
  ["payments-retry-5000", { parentId: "payments", role: "retry" }],
  ["payments-retry", { parentId: "payments", role: "retry" }],
  ["payments-redrive", { parentId: "payments", role: "redrive" }],
  ["payments-dlt", { parentId: "payments", role: "dead-letter" }],
  ["payments", null],
  ["x-retry-1", { parentId: "x", role: "retry" }],
])("%s reads for %j", (id, expected) => {
  expect(parentOf(id, new Set([...ids, "x"]))).toEqual(expected);
});

test("a suffix without its parent is a group of its own", () => {
  expect(parentOf("orders-dlt", ids)).toBeNull();
  expect(parentOf("-dlt", ids)).toBeNull();
});
