import { describe, expect, test } from "vitest";
import { sagasVerdict, stuckCauses, sumByState, sumOf, sumText } from "#components/sagas/sagas-verdict.ts";
import type { SagaRow, SagaState, StuckKind } from "#lib/domain/sagas/saga.ts";

const counts = (given: Partial<Record<SagaState, number>>, atLeast = false) =>
  sumByState(Object.entries(given).map(([state, count]) => ({ state: state as SagaState, count, atLeast })));

let made = 0;
function stuckRow(kind: StuckKind, sentence: string, change: Partial<SagaRow> = {}): SagaRow {
  made += 1;
  return {
    id: `shop~fulfilment~${made}`,
    source: "shop",
    type: "fulfilment",
    sagaId: String(made),
    kind: "orchestrated",
    state: "stuck",
    stuck: { kind, sentence },
    step: "courier",
    correlationId: null,
    startedAt: null,
    updatedAt: null,
    endedAt: null,
    ...change,
  };
}

const LAGS = "Courier has not read its commands: its group is 12 records behind.";

describe("the verdict over all sagas", () => {
  test.each<[string, Partial<Record<SagaState, number>>, SagaRow[], string, string]>([
    ["none at all", {}, [], "No saga is known yet.", "neutral"],
    ["all over", { completed: 3 }, [], "No saga is stuck, and none is under way.", "ok"],
    [
      "all is well",
      { running: 2, compensating: 1, completed: 9 },
      [],
      "No saga is stuck; 3 are under way.",
      "ok",
    ],
    [
      "one reason in its own words",
      { stuck: 3 },
      [stuckRow("lagging-group", LAGS), stuckRow("lagging-group", LAGS), stuckRow("lagging-group", LAGS)],
      "3 sagas are stuck: courier has not read its commands: its group is 12 records behind.",
      "warning",
    ],
    [
      "several by kind, the most first; past the pivot it is critical",
      { stuck: 3 },
      [stuckRow("refused", "a"), stuckRow("lagging-group", "b"), stuckRow("lagging-group", "c")],
      "3 sagas are stuck: 2 wait for lagging groups, 1 was refused past the pivot.",
      "critical",
    ],
    [
      "a reason that begins with an id keeps it",
      { stuck: 1 },
      [stuckRow("lock", "XA lock held.")],
      "1 saga is stuck: XA lock held.",
      "warning",
    ],
    [
      "one reason of the newest of many",
      { stuck: 40 },
      [stuckRow("lagging-group", LAGS)],
      "40 sagas are stuck; the newest: courier has not read its commands: its group is 12 records behind.",
      "warning",
    ],
    [
      "reasons of the newest of many are lower bounds",
      { stuck: 40 },
      [stuckRow("lock", "a"), stuckRow("timer-due", "b"), stuckRow("timer-due", "c")],
      "40 sagas are stuck: 2+ have timers past due, 1+ waits for a lock.",
      "warning",
    ],
    ["reasons not known yet", { stuck: 1 }, [], "1 saga is stuck.", "warning"],
  ])("%s", (_, states, rows, sentence, tone) => {
    expect(sagasVerdict(counts(states), rows)).toEqual({ tone, sentence });
  });

  test("where counting stopped, the number says so", () => {
    const sums = counts({ running: 10_000, compensating: 2 }, true);
    expect(sumText(sumOf(sums, ["running", "compensating"]))).toBe("10,002+");
    expect(sagasVerdict(counts({ stuck: 10_000 }, true), []).sentence).toBe("10,000+ sagas are stuck.");
  });
});

test("counts of sources and types add up by state", () => {
  const sums = sumByState([
    { state: "running", count: 2, atLeast: false },
    { state: "running", count: 10_000, atLeast: true },
    { state: "failed", count: 1, atLeast: false },
  ]);
  expect(sums.running).toEqual({ count: 10_002, atLeast: true });
  expect(sums.failed).toEqual({ count: 1, atLeast: false });
  expect(sums.stuck).toEqual({ count: 0, atLeast: false });
});

test("stuck sagas are grouped by source, type, step and reason; the first one's sentence stands for all", () => {
  const rows = [
    stuckRow("lagging-group", "newest"),
    stuckRow("lagging-group", "older"),
    stuckRow("lagging-group", "elsewhere", { step: "label" }),
    stuckRow("timer-due", "another", { source: "other" }),
    stuckRow("lock", "without a reason", { stuck: null }),
  ];
  expect(stuckCauses(rows).map(({ step, kind, count, sentence }) => [step, kind, count, sentence])).toEqual([
    ["courier", "lagging-group", 2, "newest"],
    ["label", "lagging-group", 1, "elsewhere"],
    ["courier", "timer-due", 1, "another"],
  ]);
});
