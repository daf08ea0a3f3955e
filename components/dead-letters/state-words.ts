import type { ToneWords } from "#components/ui/tone.ts";
import { DEAD_LETTER_STATES, type DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { noCounts } from "#lib/domain/dead-letters/states.ts";

/** Each state of a dead letter as a tag, with what it means. */
export const STATE_WORDS: Readonly<Record<DeadLetterState, ToneWords>> = {
  open: { tone: "warning", word: "open", meaning: "Nobody has done anything about it." },
  "in-redrive": { tone: "notice", word: "in redrive", meaning: "It is being sent to its group again." },
  passed: { tone: "ok", word: "passed", meaning: "It was redriven, and its group processed it." },
  returned: {
    tone: "warning",
    word: "returned",
    meaning: "It was redriven, and its group gave up on it again.",
  },
  unknown: {
    tone: "warning",
    word: "outcome unknown",
    meaning: "It was redriven, and what became of it is not known. It may have been processed.",
  },
  discarded: {
    tone: "neutral",
    word: "discarded",
    meaning: "Somebody decided that it needs nothing. The record stays in Kafka; restore takes it back.",
  },
  expired: { tone: "neutral", word: "expired", meaning: "Its topic no longer holds the record." },
};

/** A number of dead letters a state. */
export type StateCounts = Readonly<Record<DeadLetterState, number>>;

/** allOf adds up the counts of every state. */
export function allOf(counts: StateCounts): number {
  return DEAD_LETTER_STATES.reduce((sum, state) => sum + counts[state], 0);
}

/** countStates counts rows by their state. */
export function countStates(rows: readonly { state: DeadLetterState }[]): StateCounts {
  const counts = noCounts();
  for (const { state } of rows) counts[state] += 1;
  return counts;
}

/** States that a list offers to filter by even while nothing is in them. */
const STANDING: readonly DeadLetterState[] = ["open", "discarded"];

/** shownStates are the states worth a tile: those with dead letters, the usual ones, and the one in force. */
export function shownStates(
  counts: StateCounts | undefined,
  inForce: DeadLetterState | null,
): DeadLetterState[] {
  return DEAD_LETTER_STATES.filter(
    (state) => STANDING.includes(state) || state === inForce || (counts?.[state] ?? 0) > 0,
  );
}
