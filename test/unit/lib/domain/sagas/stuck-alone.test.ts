import { expect, test } from "vitest";
import type { SagaStep, StepState } from "#lib/domain/sagas/saga.ts";
import { stuckAlone } from "#lib/domain/sagas/stuck-alone.ts";

const step = (state: StepState): SagaStep => ({
  ...{ name: "charge", service: "payments", state, attempts: 3, sentAt: 1, dueAt: 50, endedAt: null },
  ...{ commandTopic: "charge.wanted", commandId: null, input: null, output: null, error: null, pivot: false },
  compensation: "charge.undo",
});
const saga = {
  step: "charge",
  cluster: "one",
  updatedAt: 40,
  stuck: { kind: "missing-reply", sentence: "No reply." },
} as const;

test("one that goes on has no reason", () => {
  expect(stuckAlone({ ...saga, stuck: null, steps: [step("sent")] })).toBeNull();
});

test.each<[string, StepState, string]>([
  ["a command", "sent", "charge.wanted"],
  ["a compensation", "compensation-failed", "charge.undo"],
])("the topic of %s is its evidence, since its reply was due", (_, state, topic) => {
  expect(stuckAlone({ ...saga, steps: [step(state)] })).toEqual({
    ...{ kind: "missing-reply", sentence: "No reply.", sinceAt: 50, step: "charge" },
    evidence: [{ kind: "topic", cluster: "one", topic }],
  });
});

test("what the source itself holds comes first, and no topic is made up", () => {
  const held = { kind: "saga", id: "shop~t~1" } as const;
  expect(stuckAlone({ ...saga, steps: [], ownEvidence: [held] })).toMatchObject({
    sinceAt: 40,
    evidence: [held],
  });
});
