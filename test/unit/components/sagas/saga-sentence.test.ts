import { describe, expect, test } from "vitest";
import { sagaSentence } from "#components/sagas/saga-sentence.ts";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { saga, step, T0 } from "#test/unit/lib/domain/sagas/support.ts";

const NOW = T0 + 60_000;
const stuck = {
  kind: "lock",
  sentence: "It waits for a lock.",
  sinceAt: null,
  step: null,
  evidence: [],
} as const;

describe("where a saga stands, in a sentence", () => {
  test.each<[string, Partial<Saga> & { stuck?: typeof stuck }, string]>([
    ["stuck, with a reason", { state: "stuck", stuck }, "It waits for a lock."],
    ["stuck, and nobody knows why", { state: "stuck" }, "It does not go on; why is not known."],
    ["parked", { state: "stuck", parkedReason: "No reply to 3 attempts." }, "No reply to 3 attempts."],
    ["completed", { state: "completed", endedAt: T0 + 1_200 }, "Every step is done; it took 1.2 s."],
    ["completed, without times", { state: "completed", startedAt: null }, "Every step is done."],
    [
      "compensated",
      { state: "compensated", endedAt: T0 + 72_000 },
      "What was done is undone; it took 1 m 12 s.",
    ],
    [
      "failed, with what the service said",
      { state: "failed", endedAt: T0 + 1_000, parkedReason: "Given up by ana." },
      "It ended without being completed or undone: Given up by ana; it took 1 s.",
    ],
    [
      "running",
      { step: "label", steps: [step("label", { service: "courier", state: "sent", sentAt: 56_000 })] },
      "Waits for courier to do label, sent 4 s ago.",
    ],
    [
      "compensating",
      {
        ...{ state: "compensating", step: "charge" },
        steps: [step("charge", { service: null, state: "compensating", sentAt: null })],
      },
      "Undoes what was done; waits for its participant to undo charge.",
    ],
    [
      "a choreography",
      { next: { topic: "order.order.completed", dueAt: NOW + 5_000 } },
      "Waits for order.order.completed, due in 5 s.",
    ],
    ["running, and no more is known", {}, "Its steps are being done."],
  ])("%s", (_, change, sentence) => {
    expect(sagaSentence(saga(change), NOW)).toBe(sentence);
  });
});
