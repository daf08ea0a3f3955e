import { DEAD_LETTER_STATES, type DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";

/** What moves a dead letter from state to state. `settle-*`, `send` and `refuse` are a redrive's. */
export const DEAD_LETTER_MOVES = [
  /** A person says that it needs nothing. */
  "discard",
  /** A person takes a discard back. */
  "restore",
  /** A redrive claims it. */
  "claim",
  /** A redrive refused it, failed on it or was cancelled before it was sent. */
  "release",
  /** Its copy was read past and has not come back. */
  "pass",
  /** Its copy came back to a dead-letter topic. */
  "return",
  /** Nobody can tell what became of its copy. */
  "lose-track",
  /** The topic lost the record. */
  "expire",
] as const;
export type DeadLetterMove = (typeof DEAD_LETTER_MOVES)[number];

const MOVES: Readonly<
  Record<DeadLetterMove, { to: DeadLetterState; from: readonly DeadLetterState[]; otherwise: string }>
> = {
  discard: {
    to: "discarded",
    from: ["open", "unknown", "returned"],
    otherwise: "Only what is open, unknown or returned can be discarded.",
  },
  restore: { to: "open", from: ["discarded"], otherwise: "Only what was discarded can be restored." },
  claim: {
    to: "in-redrive",
    from: ["open", "unknown", "returned"],
    otherwise: "Only what is open, unknown or returned can be redriven.",
  },
  release: { to: "open", from: ["in-redrive"], otherwise: "It is in no redrive." },
  pass: { to: "passed", from: ["in-redrive", "unknown"], otherwise: "It is in no redrive." },
  // A copy may come back seconds to hours after it seemed to have passed.
  return: { to: "returned", from: ["in-redrive", "passed", "unknown"], otherwise: "It is in no redrive." },
  "lose-track": { to: "unknown", from: ["in-redrive"], otherwise: "It is in no redrive." },
  expire: {
    to: "expired",
    from: ["open", "returned", "unknown", "discarded"],
    otherwise: "What is in a redrive is settled by it, and what passed needs nothing.",
  },
};

/** What becomes of a dead letter, or why nothing does, in a sentence. */
export type MoveOutcome = { state: DeadLetterState } | { refused: string };

/** What a move needs to know of a dead letter. */
export interface Standing {
  state: DeadLetterState;
  /** The dead letter that counts in its place; a twin is moved with that one, never by itself. */
  twinOf: string | null;
}

/**
 * movesFrom lists the states that a move may begin in: for the WHERE of the statement that makes it, so that two at
 * once cannot both.
 */
export function movesFrom(move: DeadLetterMove): readonly DeadLetterState[] {
  return MOVES[move].from;
}

/** moveTo is the state that a move ends in. */
export function moveTo(move: DeadLetterMove): DeadLetterState {
  return MOVES[move].to;
}

/** moved tells what a move makes of one dead letter. A move to where it stands already is refused in those words. */
export function moved({ state, twinOf }: Standing, move: DeadLetterMove): MoveOutcome {
  const { to, from, otherwise } = MOVES[move];
  if (twinOf !== null && move !== "expire")
    return { refused: "It is a twin: another dead letter counts for it." };
  if (state === to) return { refused: `It is ${stateWord(to)} already.` };
  if (state === "expired") return { refused: "Its topic has lost the record." };
  return from.includes(state) ? { state: to } : { refused: otherwise };
}

function stateWord(state: DeadLetterState): string {
  return state === "in-redrive" ? "in a redrive" : state;
}

/** noCounts is a count of zero for every state. */
export function noCounts(): Record<DeadLetterState, number> {
  return Object.fromEntries(DEAD_LETTER_STATES.map((state) => [state, 0])) as Record<DeadLetterState, number>;
}

/** What makes two dead letters one: the same failure, written twice because the writer died between two steps. */
export interface TwinKey {
  group: string;
  topic: string;
  partition: number;
  offset: bigint;
  eventId: string;
}

/**
 * twinKeyOf is what a dead letter's twins have in common: the group, the copy that failed and the event id; null where
 * one of them is not told, for then nothing proves a twin.
 */
export function twinKeyOf({
  group,
  from,
  eventId,
}: {
  group: string | null;
  from: { topic: string | null; partition: number | null; offset: bigint | null };
  eventId: string | null;
}): TwinKey | null {
  const { topic, partition, offset } = from;
  if (group === null || eventId === null) return null;
  if (topic === null || partition === null || offset === null) return null;
  return { group, topic, partition, offset, eventId };
}
