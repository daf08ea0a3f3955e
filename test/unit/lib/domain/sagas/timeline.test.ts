import { describe, expect, test } from "vitest";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { timelineOf } from "#lib/domain/sagas/timeline.ts";
import { drawn, journal, saga, step, T0 } from "./support.ts";

const NOW = T0 + 60_000;
const done = (name: string, more: Parameters<typeof step>[1] = {}) =>
  step(name, { state: "done", sentAt: 0, endedAt: 100, compensation: `shop.${name}.undone`, ...more });

const CASES: [string, Partial<Saga>, string[]][] = [
  [
    "completed: a bar a step, from its command to its reply",
    {
      ...{ state: "completed", endedAt: T0 + 300 },
      steps: [done("allocate"), done("charge", { pivot: true })],
      journal: journal(
        [0, "started"],
        [0, "command-sent", "allocate"],
        [100, "reply", "allocate"],
        [100, "command-sent", "charge"],
        [300, "reply", "charge"],
        [300, "ended"],
      ),
    },
    [
      "fulfilment / -: started@0 ended@300",
      "allocate-service / allocate: [step done 0-100 x2]",
      "charge-service / charge (pivot): [step done 100-300 x2]",
    ],
  ],
  [
    "compensated: a refusal, then the compensations as bars of their own in the same rows",
    {
      ...{ state: "compensated", endedAt: T0 + 500 },
      steps: [done("allocate", { state: "compensated" }), step("charge", { state: "failed", endedAt: 200 })],
      journal: journal(
        [0, "started"],
        [0, "command-sent", "allocate"],
        [100, "reply", "allocate"],
        [100, "command-sent", "charge"],
        [200, "refused", "charge"],
        [200, "compensation-sent", "allocate"],
        [500, "compensated", "allocate"],
        [500, "ended"],
      ),
    },
    [
      "fulfilment / -: started@0 ended@500",
      "allocate-service / allocate: [step done 0-100 x2] [compensation done 200-500 x2]",
      "charge-service / charge: [step failed 100-200 x2]",
    ],
  ],
  [
    "failed: given up by an operator while a step had no answer",
    {
      ...{ state: "failed", endedAt: T0 + 9_000 },
      steps: [step("allocate", { state: "sent", sentAt: 0, dueAt: 1_000 }), step("charge")],
      journal: journal(
        [0, "command-sent", "allocate"],
        [1_000, "timeout", "allocate"],
        [9_000, "operator", undefined, { actor: "ana" }],
        [9_000, "ended"],
      ),
    },
    [
      "fulfilment / -: operator@9000 ended@9000",
      "allocate-service / allocate: [step left 0-9000 x2]",
      "charge-service / charge:",
    ],
  ],
  [
    "stuck: resends and timeouts belong to one bar that goes on; its timer and what is to come are shown",
    {
      state: "stuck",
      steps: [
        done("allocate"),
        step("courier", { state: "sent", sentAt: 100, dueAt: 10_100 }),
        step("notify"),
      ],
      journal: journal(
        [0, "command-sent", "allocate"],
        [100, "reply", "allocate"],
        [100, "command-sent", "courier"],
        [1_100, "timeout", "courier"],
        [1_100, "command-sent", "courier"],
        [3_100, "parked", "courier"],
      ),
    },
    [
      "allocate-service / allocate: [step done 0-100 x2]",
      "courier-service / courier: [step under-way 100-now x3] parked@3100 due@10100",
      "notify-service / notify: to come: step 0",
    ],
  ],
  [
    "compensating: what is left to undo is to come, the last step first; steps that never ran are not",
    {
      state: "compensating",
      steps: [
        ...[done("allocate"), done("charge"), step("label", { state: "compensating", sentAt: 200 })],
        ...[step("courier", { state: "failed", sentAt: 300, endedAt: 400 }), step("notify")],
      ],
      journal: journal([400, "compensation-sent", "label"]),
    },
    [
      "allocate-service / allocate: [step done 0-100 x0] to come: compensation 1",
      "charge-service / charge: [step done 0-100 x0] to come: compensation 0",
      "label-service / label: [compensation under-way 400-now x1]",
      "courier-service / courier: [step failed 300-400 x0]",
      "notify-service / notify:",
    ],
  ],
  [
    "a compensation that failed is closed by its last entry",
    {
      state: "stuck",
      steps: [step("allocate", { state: "compensation-failed", sentAt: 0, compensation: "undo" })],
      journal: journal(
        [0, "command-sent", "allocate"],
        [100, "reply", "allocate"],
        [200, "compensation-sent", "allocate"],
        [300, "timeout", "allocate"],
        [400, "compensation-sent", "allocate"],
        [500, "parked"],
      ),
    },
    [
      "fulfilment / -: parked@500",
      "allocate-service / allocate: [step done 0-100 x2] [compensation failed 200-400 x3]",
    ],
  ],
  [
    "completion before start: an answer without a command is a point",
    {
      ...{ state: "completed", endedAt: T0 + 100 },
      steps: [done("allocate", { sentAt: null })],
      journal: journal([100, "reply", "allocate"], [100, "ended"]),
    },
    ["fulfilment / -: ended@100", "allocate-service / allocate: [step done ?-100 x1]"],
  ],
  [
    "completion before start by another clock: answer and command are one bar",
    {
      steps: [done("allocate"), step("charge")],
      journal: journal([50, "command-sent", "allocate"], [30, "reply", "allocate"]),
    },
    ["allocate-service / allocate: [step done 30-50 x2]", "charge-service / charge: to come: step 0"],
  ],
  [
    "an answer that is given again, or late, is a mark and changes no bar",
    {
      ...{ state: "compensated", endedAt: T0 + 900 },
      steps: [done("allocate", { state: "compensated" })],
      journal: journal(
        [0, "command-sent", "allocate"],
        [100, "reply", "allocate"],
        [150, "duplicate", "allocate"],
        [200, "compensation-sent", "allocate"],
        [300, "compensated", "allocate"],
        [900, "late", "allocate"],
      ),
    },
    [
      "allocate-service / allocate: [step done 0-100 x2] [compensation done 200-300 x2] duplicate@150 late@900",
    ],
  ],
  [
    "a refusal, then a retry by an operator: two bars",
    {
      steps: [step("charge", { state: "sent", sentAt: 500, dueAt: 1_500 })],
      journal: journal(
        [0, "command-sent", "charge"],
        [100, "refused", "charge"],
        [500, "operator", "charge"],
        [500, "command-sent", "charge"],
      ),
    },
    ["charge-service / charge: [step failed 0-100 x2] [step under-way 500-now x1] operator@500 due@1500"],
  ],
  [
    "a step without an answer that an operator skipped is left",
    {
      steps: [step("label", { state: "skipped", sentAt: 0, endedAt: 700 }), step("notify")],
      journal: journal([0, "command-sent", "label"], [700, "operator", "label"]),
    },
    ["label-service / label: [step left 0-700 x1] operator@700", "notify-service / notify: to come: step 0"],
  ],
  [
    "a step that is compensated without an answer is left when its compensation is sent",
    {
      state: "compensating",
      steps: [step("allocate", { state: "compensating", sentAt: 0, compensation: "undo" })],
      journal: journal([0, "command-sent", "allocate"], [5_000, "compensation-sent", "allocate"]),
    },
    ["allocate-service / allocate: [step left 0-5000 x1] [compensation under-way 5000-now x1]"],
  ],
  [
    "a source without a journal: the steps' own times",
    {
      ...{ state: "compensated", endedAt: T0 + 400, service: null },
      steps: [
        step("branch 1", { state: "compensated", service: null, sentAt: 0, endedAt: 300 }),
        step("branch 2", { state: "failed", service: null, sentAt: 100, endedAt: 200 }),
      ],
    },
    ["? / branch 1: [compensation done 0-300 x0]", "? / branch 2: [step failed 100-200 x0]"],
  ],
];

describe("a saga as a timeline", () => {
  test.each(CASES)("%s", (_, change, expected) => {
    expect(drawn(timelineOf(saga(change), NOW))).toEqual(expected);
  });
});

test("the order in which a journal is given does not matter where its times differ", () => {
  const entries = journal(
    [0, "command-sent", "charge"],
    [100, "timeout", "charge"],
    [200, "command-sent", "charge"],
    [300, "reply", "charge"],
  );
  const told = (given: typeof entries) =>
    drawn(timelineOf(saga({ steps: [done("charge")], journal: given }), NOW));
  expect(told(entries.toReversed())).toEqual(told(entries));
});

test("an ended saga has no clock, no timer and nothing to come; an open one ends now", () => {
  const steps = [step("charge", { state: "sent", sentAt: 0, dueAt: 99_000 }), step("notify")];
  const open = timelineOf(saga({ steps }), NOW);
  expect([open.nowAt, open.toCome, open.instants.at(-1)]).toEqual([NOW, 1, NOW]);
  const over = timelineOf(saga({ steps, state: "failed", endedAt: T0 + 500 }), NOW);
  expect([over.nowAt, over.toCome, over.instants.at(-1)]).toEqual([null, 0, T0 + 500]);
});

test("entries without a time are counted, not drawn at a made-up one", () => {
  const { untimed, lanes } = timelineOf(
    saga({ journal: journal([null, "note"], [5, "note"]), steps: [done("charge")] }),
    NOW,
  );
  expect(untimed).toBe(1);
  expect(lanes.flatMap(({ rows }) => rows.flatMap(({ marks }) => marks))).toHaveLength(1);
});

test("two sagas of one correlation id stay apart: a journal's entries of an unknown step are the saga's own", () => {
  const entries = journal([0, "command-sent", "charge"], [10, "note", "elsewhere"]);
  expect(
    drawn(timelineOf(saga({ steps: [done("charge", { state: "sent" })], journal: entries }), NOW)),
  ).toEqual(["fulfilment / -: note@10", "charge-service / charge: [step under-way 0-now x1]"]);
});
