import { expect, test } from "vitest";
import { standingOf } from "#components/sagas/commands/batch-summary.ts";
import { batchVerdict, leftOf } from "#components/sagas/commands/batch-verdict.ts";
import { COMMAND_STATES, type CommandState } from "#lib/domain/sagas/saga-command.ts";

function batch(change: Partial<Record<CommandState, number>>, cancelled = false) {
  const counts = Object.fromEntries(COMMAND_STATES.map((state) => [state, change[state] ?? 0])) as Record<
    CommandState,
    number
  >;
  return { counts, cancelled, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

test.each([
  ["all done", batch({ done: 3 }), "Of 3 sagas: 3 done.", "ok"],
  [
    "under way",
    batch({ done: 1, sent: 1, waiting: 1 }),
    "Of 3 sagas: 1 done, 1 waiting for an answer, 1 waiting for their turn.",
    "notice",
  ],
  ["some refused", batch({ done: 1, refused: 1 }), "Of 2 sagas: 1 done, 1 refused.", "warning"],
  [
    "an unknown outcome is the news",
    batch({ done: 1, failed: 1, unknown: 1 }),
    "Of 3 sagas: 1 done, 1 not sent, 1 of unknown outcome.",
    "critical",
  ],
  [
    "cancelled",
    batch({ done: 1, cancelled: 1 }, true),
    "Cancelled. Of 2 sagas: 1 done, 1 cancelled.",
    "neutral",
  ],
])("%s", (_, given, sentence, tone) => {
  expect(batchVerdict(given)).toEqual({ sentence, tone });
});

test("what waits for a turn or an answer may still change", () => {
  expect(leftOf(batch({ waiting: 2, sent: 3, done: 4, unknown: 1 }))).toBe(5);
});

test("sagas are counted by type and step, most first, with one of each kind", () => {
  const row = (id: string, type: string, step: string | null) => ({ id, type, step });
  const rows = [row("1", "a", "x"), row("2", "b", null), row("3", "a", "x"), row("4", "a", "y")];
  expect(standingOf(rows)).toEqual([
    { type: "a", step: "x", count: 2, example: "1" },
    { type: "a", step: "y", count: 1, example: "4" },
    { type: "b", step: null, count: 1, example: "2" },
  ]);
});
