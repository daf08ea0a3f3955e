import { describe, expect, test } from "vitest";
import { axisTicks } from "#components/sagas/time-axis-ticks.ts";
import { barTone, drawnLanes, inOrder } from "#components/sagas/timeline-items.ts";
import { timeScale } from "#lib/domain/sagas/time-scale.ts";
import { timelineOf } from "#lib/domain/sagas/timeline.ts";
import { journal, saga, step, T0 } from "#test/unit/lib/domain/sagas/support.ts";

const NOW = T0 + 4_000;

function drawn(change: Parameters<typeof saga>[0], fold = false) {
  const timeline = timelineOf(saga(change), NOW);
  const scale = timeScale(timeline.instants, fold);
  return drawnLanes(timeline, scale, ({ kind }) => kind);
}

const COMPENSATING = {
  state: "compensating" as const,
  steps: [
    step("allocate", { state: "compensating", compensation: "undo" }),
    step("pack", { state: "done", sentAt: 500, endedAt: 1_000, compensation: "unpack" }),
    step("charge", { state: "failed", sentAt: 1_000, endedAt: 2_000 }),
  ],
  journal: journal(
    [0, "started"],
    [0, "command-sent", "allocate"],
    [500, "reply", "allocate"],
    [1_000, "command-sent", "charge"],
    [1_500, "timeout", "charge"],
    [1_600, "command-sent", "charge"],
    [2_000, "refused", "charge"],
    [2_000, "compensation-sent", "allocate"],
  ),
};

test("items come in the order of time, what is to come last, and each says what it is", () => {
  expect(inOrder(drawn(COMPENSATING)).map(({ label }) => label)).toEqual([
    expect.stringMatching(/^started at /),
    "allocate: done in 0.5 s",
    "pack: done in 0.5 s",
    "charge: failed after 1 s, sent 2 times",
    "allocate: compensation under way for 2 s",
    "pack: compensation to come",
  ]);
});

test("bars stand where their times are; resends and timeouts within them", () => {
  const charge = inOrder(drawn(COMPENSATING)).find(({ step: name }) => name === "charge");
  expect([charge?.from, charge?.to]).toEqual([0.25, 0.5]);
  expect(charge?.ticks.map(({ seq, timeout, place }) => [seq, timeout, place.toFixed(3)])).toEqual([
    [5, true, "0.500"],
    [6, false, "0.600"],
  ]);
});

test("an answer without a command says that its begin is not known", () => {
  const lanes = drawn({
    steps: [step("charge", { state: "done" })],
    journal: journal([100, "reply", "charge"]),
  });
  expect(inOrder(lanes).map(({ label }) => label)).toEqual(["charge: done; its begin is not known"]);
});

describe("the tone of a bar", () => {
  test.each([
    ["step", "done", "ok"],
    ["step", "under-way", "notice"],
    ["step", "left", "neutral"],
    ["compensation", "done", "warning"],
    ["compensation", "under-way", "warning"],
    ["compensation", "failed", "critical"],
  ] as const)("%s %s is %s", (kind, outcome, tone) => {
    expect(barTone({ kind, outcome })).toBe(tone);
  });
});

test("ids are unique, with 1,000 entries of one step too", () => {
  const many = Array.from({ length: 500 }, (_, index) => [
    [index * 20, "command-sent", "charge"] as const,
    [index * 20 + 10, "refused", "charge"] as const,
  ]).flat();
  const items = inOrder(
    drawn({ steps: [step("charge", { state: "failed" })], journal: journal(...many) }, true),
  );
  expect(items).toHaveLength(500);
  expect(new Set(items.map(({ id }) => id)).size).toBe(500);
});

describe("ticks of the axis", () => {
  const words = (instants: number[], fold = true) =>
    axisTicks(timeScale(instants, fold), instants[0] ?? 0).map((tick) => tick.words);
  test("round times after the start", () => {
    expect(words([0, 10_000])).toEqual([
      "+1 s",
      "+2 s",
      "+3 s",
      "+4 s",
      "+5 s",
      "+6 s",
      "+7 s",
      "+8 s",
      "+9 s",
    ]);
  });
  test("none within idle time that is folded", () => {
    expect(words([0, 500, 1_000, 3_601_000])).toEqual([
      "+100 ms",
      "+200 ms",
      "+300 ms",
      "+400 ms",
      "+500 ms",
      "+600 ms",
      "+700 ms",
      "+800 ms",
      "+900 ms",
      "+1 s",
    ]);
  });
  test("none of a saga of one instant", () => {
    expect(words([7])).toEqual([]);
  });
});
