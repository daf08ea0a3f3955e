import { expect, test } from "vitest";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import type { SagaState, SagaStep, StepState } from "#lib/domain/sagas/saga.ts";

const step = (name: string, state: StepState, more: Partial<SagaStep> = {}): SagaStep => ({
  ...{ name, service: "s", state, attempts: 1, sentAt: 1, dueAt: null, endedAt: null, commandTopic: "t" },
  ...{ commandId: null, input: null, output: null, error: null, pivot: false, compensation: null },
  ...more,
});

const DONE = step("allocate", "done", { compensation: "stock.release" });
const WAITING = step("charge", "sent");
const PIVOT = step("courier", "done", { pivot: true });

const offered = (saga: {
  state: SagaState;
  endedAt?: number;
  step?: string | null;
  steps?: SagaStep[];
}): string[] =>
  offeredCommands({ endedAt: null, step: "charge", steps: [DONE, WAITING], ...saga }, null)
    .filter(({ refusal }) => refusal === null)
    .map(({ command }) => command);

test.each<[string, Parameters<typeof offered>[0], string[]]>([
  [
    "a stuck saga before its pivot takes all",
    { state: "stuck" },
    ["retry", "skip", "compensate", "cancel", "resolve"],
  ],
  ["one that goes on is turned back only", { state: "running" }, ["compensate", "cancel"]],
  [
    "one past its pivot is not turned back",
    { state: "stuck", steps: [DONE, PIVOT, WAITING] },
    ["retry", "skip", "resolve"],
  ],
  [
    "a skipped pivot is passed as well",
    { state: "stuck", steps: [DONE, step("courier", "skipped", { pivot: true }), WAITING] },
    ["retry", "skip", "resolve"],
  ],
  ["one that compensates goes on", { state: "compensating", steps: [step("allocate", "compensating")] }, []],
  [
    "a compensation that is stuck is retried or skipped",
    { state: "stuck", steps: [step("allocate", "compensation-failed")] },
    ["retry", "skip", "resolve"],
  ],
  [
    "nothing to undo: cancel ends it",
    { state: "stuck", steps: [WAITING] },
    ["retry", "skip", "cancel", "resolve"],
  ],
  ["one that ended takes none", { state: "completed", endedAt: 5, step: null }, []],
])("%s", (_, saga, expected) => {
  expect(offered(saga)).toEqual(expected);
});

test("a source that is read-only refuses all, with its reason", () => {
  const all = offeredCommands(
    { state: "stuck", endedAt: null, step: "charge", steps: [WAITING] },
    "not here",
  );
  expect(all.map(({ refusal }) => refusal)).toEqual(Array.from({ length: 5 }, () => "not here"));
});

test("retry, skip and compensate are about the step where it stands", () => {
  const all = offeredCommands(
    { state: "stuck", endedAt: null, step: "charge", steps: [DONE, WAITING] },
    null,
  );
  expect(Object.fromEntries(all.map(({ command, step: of }) => [command, of]))).toEqual({
    ...{ retry: "charge", skip: "charge", compensate: "charge", cancel: null, resolve: null },
  });
});
