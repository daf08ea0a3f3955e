import { expect, test } from "vitest";
import {
  commandEffects,
  isPastPivot,
  offeredOf,
  takesInput,
  type CommandCase,
} from "#lib/domain/sagas/command-effects.ts";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import type { Saga, SagaCommand, StepState } from "#lib/domain/sagas/saga.ts";
import { saga, step, T0 } from "./support.ts";

const PIVOT = "label";
/** All but notify can be undone; behind the label nothing is. */
const NAMES = ["allocate", "charge", PIVOT, "courier", "notify"] as const;

/** A stuck fulfilment with its first steps in these states; it stands at the last of them. */
function standing(states: readonly StepState[], change: Partial<Saga> = {}): Saga {
  const steps = NAMES.map((name, index) =>
    step(name, {
      state: states[index] ?? "to-come",
      pivot: name === PIVOT,
      compensation: name === "notify" ? null : `shop.${name}.undo`,
    }),
  );
  return saga({ state: "stuck", step: NAMES[states.length - 1] ?? null, steps, version: 4, ...change });
}

const judge = (command: SagaCommand, of: Saga, change: Partial<CommandCase> = {}) =>
  commandEffects(
    { command, step: null },
    { saga: of, offered: offeredCommands(of, null), readOnly: null, pending: null, now: T0, ...change },
  );

test.each<[string, SagaCommand, Saga, string[]]>([
  [
    "a retry without a known outcome keeps key and input",
    "retry",
    standing(["done", "sent"]),
    [
      "Sends the command of the step charge to shop.charge.requested again, under the same key and with the same input.",
      "If charge-service did it before, it answers what it answered then, and does nothing twice.",
    ],
  ],
  [
    "a retry after a refusal is a new command",
    "retry",
    standing(["done", "done", "done", "failed"]),
    [
      "Sends the command of the step courier to shop.courier.requested, as a new one: courier-service refused the last, so nothing was done.",
    ],
  ],
  [
    "a retry of a compensation sends the compensation",
    "retry",
    standing(["done", "compensation-failed"]),
    ["Sends the compensation of the step charge to shop.charge.undo. It is sent again, under its own key."],
  ],
  [
    "a skip goes on with the next step",
    "skip",
    standing(["done", "sent"]),
    [
      "Takes the step charge as done; charge-service is not asked again.",
      "Then sends the command of the step label to shop.label.requested.",
    ],
  ],
  [
    "a skip of the last step ends it",
    "skip",
    standing(["done", "done", "done", "done", "sent"]),
    ["Takes the step notify as done; notify-service is not asked again.", "Then the saga ends as completed."],
  ],
  [
    "a skip of a compensation goes on with those before it",
    "skip",
    standing(["done", "compensation-failed"]),
    [
      "Takes the step charge as compensated; charge-service is not asked again.",
      "Sends the compensation of the step allocate to shop.allocate.undo.",
      "Then the saga ends as compensated.",
    ],
  ],
  [
    "compensations come in reverse order, that of an unknown outcome first",
    "compensate",
    standing(["done", "sent"]),
    [
      "Sends the compensation of the step charge to shop.charge.undo.",
      "Sends the compensation of the step allocate to shop.allocate.undo.",
      "Then the saga ends as compensated.",
    ],
  ],
  [
    "a cancel of what never was done ends it at once",
    "cancel",
    standing(["failed"]),
    ["No compensation is left: the saga ends as compensated at once."],
  ],
  [
    "resolving sends nothing and says what stays",
    "resolve",
    standing(["done", "done", "sent"]),
    [
      "Ends the saga as failed: no command and no compensation is sent any more.",
      "What these steps did stays: allocate, charge.",
    ],
  ],
])("%s", (_, command, of, effects) => {
  const told = judge(command, of);
  expect(told.effects).toEqual(effects);
  expect(told.refusals).toEqual([]);
  expect(told.version).toBe(4);
});

test("a step that has no compensation is named, and what it did stays", () => {
  const of = standing(["done", "sent"]);
  const steps = of.steps.map((each) => (each.name === "allocate" ? { ...each, compensation: null } : each));
  expect(judge("compensate", { ...of, steps }).effects).toEqual([
    "Sends the compensation of the step charge to shop.charge.undo.",
    "The step allocate has no compensation: what it did stays.",
    "Then the saga ends as compensated.",
  ]);
});

const pending: SagaCommandRecord = {
  ...{ id: "c", batchId: null, saga: "shop~fulfilment~f1", command: "retry", step: "charge", state: "sent" },
  ...{ answer: null, reason: "r", actor: "ana@example.com", issuedAt: T0, expiresAt: T0, answeredAt: null },
};

test.each<[string, SagaCommand, Saga, Partial<CommandCase>, string]>([
  [
    "a source that is read-only",
    "retry",
    standing(["sent"]),
    { readOnly: "Seata takes no commands." },
    "Seata takes no commands.",
  ],
  [
    "a saga that goes on",
    "retry",
    standing(["sent"], { state: "running" }),
    {},
    "The saga goes on: the reply to allocate is not overdue.",
  ],
  ["a saga that ended", "cancel", standing(["done"], { step: null, endedAt: T0 }), {}, "The saga has ended."],
  [
    "turning back past the pivot",
    "compensate",
    standing(["done", "done", "done", "sent"]),
    {},
    "The saga is past its pivot label: nothing is compensated any more.",
  ],
  [
    "turning back twice",
    "cancel",
    standing(["done", "compensation-failed"]),
    {},
    "The saga is compensating already.",
  ],
  [
    "another command under way",
    "skip",
    standing(["sent"]),
    { pending },
    "ana@example.com has sent retry to it, and the answer is not there yet. Wait for it.",
  ],
  [
    "a source without versions",
    "retry",
    standing(["sent"], { version: null }),
    {},
    "Its source does not tell which service owns it, or not its version.",
  ],
  [
    "a command that the source does not know",
    "retry",
    standing(["sent"]),
    { offered: [] },
    "Its source does not offer this command.",
  ],
])("%s refuses", (_, command, of, change, refusal) => {
  expect(judge(command, of, change).refusals).toEqual([refusal]);
});

test("a command about another step than where the saga stands is refused", () => {
  const of = standing(["done", "sent"]);
  const given = { saga: of, offered: offeredCommands(of, null), readOnly: null, pending: null, now: T0 };
  const ofWhole = [{ command: "skip", step: null, refusal: null } as const];
  expect(
    commandEffects({ command: "skip", step: "allocate" }, { ...given, offered: ofWhole }).refusals,
  ).toEqual(["The saga stands at the step charge, not at allocate."]);
  expect(commandEffects({ command: "skip", step: "charge" }, given).refusals).toEqual([]);
});

test.each<[string, SagaCommand, Saga, string | null]>([
  ["nothing before the pivot is done", "retry", standing(["done", "done", "sent"]), null],
  ["the saga's own id once it is done", "retry", standing(["done", "done", "done", "sent"]), "f1"],
  ["and once it was skipped", "resolve", standing(["done", "done", "skipped", "sent"]), "f1"],
])("%s: %s asks for a typed confirmation", (_, command, of, typed) => {
  expect(judge(command, of).typed).toBe(typed);
  expect(isPastPivot(of)).toBe(typed !== null);
});

test.each<[string, SagaCommand, Saga, RegExp]>([
  ["skipping what may have been done", "skip", standing(["sent"]), /not known whether allocate-service did/],
  ["skipping the pivot", "skip", standing(["done", "done", "sent"]), /is the pivot/],
  [
    "undoing what may not have been done",
    "compensate",
    standing(["sent"]),
    /compensation is sent all the same/,
  ],
  ["giving up by hand", "resolve", standing(["sent"]), /put right by hand/],
  [
    "retrying what lies in a dead-letter topic",
    "retry",
    standing(["sent"], { stuck: { kind: "dead-letter", sentence: "It lies there." } }),
    /dead-letter topic/,
  ],
])("%s is warned of", (_, command, of, warning) => {
  expect(judge(command, of).warnings.some((sentence) => warning.test(sentence))).toBe(true);
});

test("an answer that is not due yet is warned of, one past due is not", () => {
  const of = standing(["sent"]);
  const due = (ms: number) => of.steps.map((each, n) => (n === 0 ? { ...each, dueAt: T0 + ms } : each));
  const warned = (ms: number) =>
    judge("retry", { ...of, steps: due(ms) }).warnings.some((sentence) => sentence.includes("not due yet"));
  expect([warned(1), warned(0)]).toEqual([true, false]);
});

test("an input is taken after a refusal alone, and never for a compensation", () => {
  expect(takesInput(standing(["done", "failed"]))).toBe(true);
  expect(takesInput(standing(["done", "sent"]))).toBe(false);
  expect(takesInput(standing(["done", "compensation-failed"]))).toBe(false);
  expect(takesInput(standing(["failed"], { state: "compensating" }))).toBe(false);
});

test("a command without a step is the one that is offered", () => {
  const offered = [
    { command: "retry", step: "a", refusal: "no" },
    { command: "retry", step: "b", refusal: null },
  ] as const;
  expect(offeredOf({ command: "retry", step: null }, offered)?.step).toBe("b");
  expect(offeredOf({ command: "retry", step: "a" }, offered)?.refusal).toBe("no");
  expect(offeredOf({ command: "skip", step: null }, offered)).toBeNull();
});
