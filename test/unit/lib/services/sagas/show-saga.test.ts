import { expect, it } from "vitest";
import { maskOfTopic } from "#lib/domain/records/masking.ts";
import type { Saga, SagaStep } from "#lib/domain/sagas/saga.ts";
import { showSaga, whyHidden } from "#lib/services/sagas/show-saga.ts";

const step = {
  ...{ name: "charge", commandTopic: "payment.card.chargeRequested", compensation: null },
  ...{ input: { card: "4111" }, output: { id: 1 }, error: "card 4111 refused", state: "failed" },
} as unknown as SagaStep;
const saga = {
  ...{ id: "shop~f~1", cluster: "default", state: "stuck", step: "charge", data: { card: "4111" } },
  stuck: { kind: "refused", sentence: "payments refused: card 4111" },
  parkedReason: "payments refused: card 4111",
  steps: [step],
  journal: [{ kind: "refused", topic: null, detail: "card 4111", data: { card: "4111" } }],
  missing: [],
} as unknown as Saga;

type Asking = Parameters<typeof whyHidden>[0];
const asking = (role: "viewer" | "operator", topics: string[]): Asking => {
  const rules = topics.map((topic) => ({ topics: [topic], fields: ["value.card"] }));
  return {
    actor: { kind: "user", role },
    kafka: () => ({ records: { maskOf: (topic: string) => maskOfTopic(rules, topic) } }),
  } as unknown as Asking;
};

it.each([
  ["an operator", asking("operator", []), null],
  ["an operator, another topic masked", asking("operator", ["payment.account.*"]), null],
  [
    "an operator, its topic masked",
    asking("operator", ["payment.card.*"]),
    "A masking rule covers payment.card.chargeRequested.",
  ],
  ["a viewer", asking("viewer", []), "Payloads and texts of errors are shown to who may read records."],
])("%s", (_, ctx, why) => {
  expect(whyHidden(ctx, saga)).toBe(why);
});

it("takes out every place where a payload can stand, and says so", () => {
  const shown = showSaga(saga, "Because.");
  expect(JSON.stringify(shown)).not.toContain("4111");
  expect(shown.missing.map(({ field }) => field)).toEqual(["data", "input", "output", "error"]);
  expect(showSaga(saga, null)).toBe(saga);
});
