import type { ReadTail, Tail } from "#lib/domain/sweep/observation.ts";
import { TAIL_LIMIT } from "#lib/domain/groups/partition-lag.ts";

/** Tails asked for after one sweep: the rest waits for the next. */
const ASKED_AT_ONCE = 200;
/** A tail that could not be counted is asked for again after this many sweeps. */
const ASKED_AGAIN_AFTER = 6;

/**
 * TailBook remembers what was counted between a commit and an end of a partition, by its offsets, and which tails are
 * worth counting: at most {@link TAIL_LIMIT} records that were left as they are for two sweeps. Groups that stand at
 * one place share one count.
 */
export class TailBook {
  #counted = new Map<string, number>();
  /** Tails of the sweep before, with the sweeps since each was asked for. */
  #before = new Map<string, number>();
  #now = new Map<string, Tail>();

  /** Records in a tail for readers; null where it was not counted. Notes that a group stands there. */
  recordsLeft(tail: Tail): number | null {
    if (tail.to - tail.from > BigInt(TAIL_LIMIT)) return null;
    const key = keyOf(tail);
    this.#now.set(key, tail);
    return this.#counted.get(key) ?? null;
  }

  /** Ends a sweep: forgets tails where nobody stands any more, and answers those that are to be counted. */
  turn(): Tail[] {
    const wanted = [...this.#now]
      .filter(([key]) => (this.#before.get(key) ?? 0) >= ASKED_AGAIN_AFTER && !this.#counted.has(key))
      .slice(0, ASKED_AT_ONCE);
    this.#counted = new Map([...this.#counted].filter(([key]) => this.#now.has(key)));
    // A tail that stands for the first time is due at the next sweep.
    const waits = [...this.#now.keys()].map((key): [string, number] => [
      key,
      (this.#before.get(key) ?? ASKED_AGAIN_AFTER - 1) + 1,
    ]);
    this.#before = new Map([...waits, ...wanted.map(([key]): [string, number] => [key, 0])]);
    this.#now = new Map();
    return wanted.map(([, tail]) => tail);
  }

  /** Takes in what was counted. */
  learn(tails: readonly ReadTail[]): void {
    for (const tail of tails) this.#counted.set(keyOf(tail), tail.records);
  }
}

const keyOf = ({ topicId, partition, from, to }: Tail): string => `${topicId} ${partition} ${from} ${to}`;
