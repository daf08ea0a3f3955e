import type { ClusterObservation, ObservedTransaction } from "#lib/domain/sweep/observation.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";

/** Kafka's default of `transaction.max.timeout.ms`: no producer may ask for more without a broker's leave. */
const GREATEST_TIMEOUT_MS = 15 * 60_000;
/** For how many beats a last stable offset stands still before what holds it is taken to hang. */
const STILL_BEATS = 2;

/** What a hung transaction is told from. */
export interface HangInput {
  /** Beats since the last stable offset was last seen to move. */
  stillBeats: number;
  /** Records between the last stable offset and the end. */
  backlog: number;
  /** Whether the last stable offset stands where the transaction begins: one that began later does not hold it. */
  holds: boolean;
  ageMs: number;
  timeoutMs: number | null;
}

/**
 * isHung tells a transaction that nobody will end: the last stable offset has stood at its start for two beats with
 * a backlog, and it is older than its producer's timeout, after which its coordinator should have aborted it.
 */
export function isHung({ stillBeats, backlog, holds, ageMs, timeoutMs }: HangInput): boolean {
  return holds && backlog > 0 && stillBeats >= STILL_BEATS && ageMs > (timeoutMs ?? GREATEST_TIMEOUT_MS);
}

/** A last stable offset, and for how many beats it has stood there. */
interface Still {
  offset: bigint;
  beats: number;
}

/**
 * OpenTransactionBook follows the open transactions of one cluster from beat to beat. {@link restore} fills it from
 * the database, so that a hung transaction stays known as such through a restart.
 */
export class OpenTransactionBook {
  #still = new Map<string, Still>();
  #sinceAt = new Map<string, number>();

  /** Takes in what is stored. To be called once, before the first {@link record}. */
  restore(stored: readonly OpenTransaction[]): void {
    for (const each of stored) {
      this.#sinceAt.set(keyOf(each), each.sinceAt);
      if (each.hung) this.#still.set(placeOf(each), { offset: each.startOffset, beats: STILL_BEATS });
    }
  }

  /** The open transactions of an observation; null when it did not ask for last stable offsets. */
  record({
    at,
    topics,
    stables,
    transactions,
  }: Pick<ClusterObservation, "at" | "topics" | "stables" | "transactions">): OpenTransaction[] | null {
    if (stables === null || transactions === null) return null;
    const still = new Map<string, Still>();
    const sinceAt = new Map<string, number>();
    const open = transactions.flatMap((seen) => {
      const stable = stables.get(seen.topic)?.[seen.partition] ?? null;
      const end = topics.get(seen.topic)?.ends[seen.partition] ?? null;
      if (stable === null || end === null) return [];
      const place = placeOf(seen);
      const before = this.#still.get(place);
      const stillBeats = before?.offset === stable ? before.beats + 1 : 0;
      still.set(place, { offset: stable, beats: stillBeats });
      const since = seen.startedAt ?? this.#sinceAt.get(keyOf(seen)) ?? at;
      sinceAt.set(keyOf(seen), since);
      return [openTransaction(seen, { at, since, stable, end, stillBeats })];
    });
    this.#still = still;
    this.#sinceAt = sinceAt;
    return open;
  }
}

interface Standing {
  at: number;
  since: number;
  stable: bigint;
  end: bigint;
  stillBeats: number;
}

function openTransaction(
  seen: ObservedTransaction,
  { at, since, stable, end, stillBeats }: Standing,
): OpenTransaction {
  const { topic, partition, producerId, producerEpoch, transactionalId, startOffset, lastWrittenAt } = seen;
  const from = seen.startOffset > stable ? seen.startOffset : stable;
  const backlog = end > from ? Number(end - from) : 0;
  const { timeoutMs } = seen;
  const holds = seen.startOffset <= stable;
  const hung = isHung({ stillBeats, backlog, holds, ageMs: at - since, timeoutMs });
  return {
    ...{ topic, partition, producerId, producerEpoch, transactionalId, startOffset },
    ...{ sinceAt: since, lastWrittenAt, timeoutMs, backlog, hung },
  };
}

type Place = Pick<OpenTransaction, "topic" | "partition">;

const placeOf = ({ topic, partition }: Place): string => `${partition} ${topic}`;

const keyOf = ({
  topic,
  partition,
  producerId,
  startOffset,
}: Place & Pick<OpenTransaction, "producerId" | "startOffset">): string =>
  `${producerId} ${startOffset} ${partition} ${topic}`;
