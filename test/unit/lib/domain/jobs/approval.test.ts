import { expect, test } from "vitest";
import { approvalReason, needsApproval } from "#lib/domain/jobs/approval.ts";
import type { AffectedGroup, JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobKind } from "#lib/domain/jobs/job.ts";

const SETTINGS = { typedOver: 100, approvalOver: 1_000 };
const reader = (effects: AffectedGroup["effects"], role: AffectedGroup["role"] = "other"): AffectedGroup => ({
  ...{ group: "payments", topic: "t", role, by: "commits", lag: 0 },
  ...{ isolation: "unknown", dedups: "unknown", effects },
});
const plan = (records: number, groups: AffectedGroup[], held = 0) =>
  ({
    records,
    groups,
    held: held === 0 ? [] : [{ code: "x", sentence: "x", count: held }],
  }) as unknown as JobPlan;

test.each<[string, JobKind, JobPlan, boolean]>([
  ["a replay that a group with effects outside reads", "replay", plan(1, [reader("external")]), true],
  ["a replay to such a group itself", "replay", plan(1, [reader("external", "reader")]), true],
  ["a replay to a pure group", "replay", plan(1, [reader("pure", "reader")]), false],
  ["a replay to a shadow that nobody reads", "replay", plan(1, []), false],
  [
    "a redrive to the group that failed, whatever its effects",
    "redrive",
    plan(1, [reader("external")]),
    false,
  ],
  ["as many records as one person may send", "republish", plan(1_000, []), false],
  ["one more", "republish", plan(1_001, []), true],
  ["those that may be sent by choice count", "redrive", plan(900, [], 101), true],
])("%s", (_, kind, of, needed) => {
  expect(needsApproval({ kind }, of, SETTINGS)).toBe(needed);
  expect(approvalReason({ kind }, of, SETTINGS) !== null).toBe(needed);
});

test("why a second person is needed is told", () => {
  expect(approvalReason({ kind: "replay" }, plan(1, [reader("external")]), SETTINGS)).toBe(
    "Reading again has effects outside for payments.",
  );
  expect(approvalReason({ kind: "redrive" }, plan(2_000, []), SETTINGS)).toBe(
    "More than the 1,000 records that one person may send.",
  );
});
