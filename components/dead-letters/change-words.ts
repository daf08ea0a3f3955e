import { formatCount } from "#components/ui/format-quantity.ts";
import { DEAD_LETTER_STATES, type DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { movesFrom } from "#lib/domain/dead-letters/states.ts";

import { STATE_WORDS, type StateCounts } from "./state-words.ts";

/** What can be done to dead letters here. */
export type Change = "discard" | "restore";

interface ChangeWords {
  verb: string;
  /** What a changed one is afterwards. */
  done: string;
  /** States that can be changed. */
  from: readonly DeadLetterState[];
  /** What it means, in a sentence. */
  meaning: string;
}

/** The words of each change. */
export const CHANGE_WORDS: Readonly<Record<Change, ChangeWords>> = {
  discard: {
    verb: "Discard",
    done: "discarded",
    from: movesFrom("discard"),
    meaning: "The records stay in Kafka, nothing is sent anywhere, and restore takes it back.",
  },
  restore: {
    verb: "Restore",
    done: "open",
    from: movesFrom("restore"),
    meaning: "They count as open again, and can be redriven or discarded.",
  },
};

/** countPhrase writes a number of dead letters: `1 dead letter`, `1,204 dead letters`. */
export function countPhrase(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "dead letter" : "dead letters"}`;
}

/** changeable is how many of the counted dead letters a change is made to. */
export function changeable(change: Change, counts: StateCounts): number {
  return CHANGE_WORDS[change].from.reduce((sum, state) => sum + counts[state], 0);
}

/** changeEffect says what a change will do before it does: how many, and which stay as they are. */
export function changeEffect(change: Change, counts: StateCounts): string {
  const { done, from, meaning } = CHANGE_WORDS[change];
  const count = changeable(change, counts);
  const stay = DEAD_LETTER_STATES.filter((state) => !from.includes(state) && counts[state] > 0);
  const rest = stay.map((state) => `${formatCount(counts[state])} ${STATE_WORDS[state].word}`).join(", ");
  if (count === 0) return `None of them can become ${done}${rest === "" ? "" : `: ${rest}`}.`;
  const head = `${countPhrase(count)} ${count === 1 ? "becomes" : "become"} ${done}.`;
  return `${head}${rest === "" ? "" : ` Left as they are: ${rest}.`} ${meaning}`;
}

/** skippedLines says what was left as it was, and why: a line each reason. */
export function skippedLines(skipped: readonly { reason: string; count: number }[]): string[] {
  return skipped.map(({ reason, count }) => `${formatCount(count)}: ${reason}`);
}

/** differenceWords says how a frozen set differs from what the filter matches now. */
export function differenceWords(before: number, now: number): string {
  const difference = now - before;
  if (difference === 0) return `The same number matches, ${formatCount(now)}, but not the same dead letters.`;
  const more = difference > 0 ? "more" : "fewer";
  return `${formatCount(before)} were counted, ${formatCount(now)} match now: ${formatCount(Math.abs(difference))} ${more}.`;
}
