import type { Sql } from "#lib/adapters/db/client.ts";
import {
  addArrivals,
  addKeys,
  addTallies,
  hasRowsFrom,
  insertRows,
  movePositions,
  recountTopic,
  selectLastFailed,
  selectTwins,
  touchCauses,
  type ArrivalChange,
  type InsertedRow,
  type KeyChange,
  type TallyChange,
  type TouchedCause,
} from "#lib/adapters/db/dead-letter-index.sql.ts";
import type { TwinKey } from "#lib/domain/dead-letters/states.ts";
import type { DialectId, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";

/** KEYS_KEPT: how many keys of a cause are counted one by one. */
const KEYS_KEPT = 1_000;

/** A dead letter as the index is given it. */
export interface IndexedDeadLetter {
  partition: number;
  offset: bigint;
  /** Of {@link SeenCause}. */
  causeId: string;
  at: number;
  origin: TracedPlace;
  from: TracedPlace;
  attempts: number | null;
  exception: string | null;
  message: string | null;
  eventId: string | null;
  /** Only where previews are kept. */
  key: string | null;
  keyHash: bigint | null;
  valueBytes: number | null;
  pointer: boolean;
  hops: number;
  redriveId: string | null;
  /** The dead letter of the topic that counts in this one's place. */
  twinOf: { partition: number; offset: bigint } | null;
}

/** A cause with what a batch saw of it. */
export interface SeenCause extends Omit<TouchedCause, "dialect"> {
  dialect: DialectId;
}

/** What one topic's read gave: rows, and how far it got. */
interface IndexedTopic {
  topicRef: number;
  rows: readonly IndexedDeadLetter[];
  /** Records that each row stands for: 1 but in a flood. */
  oneIn: number;
  /** Where its positions stood, and where they go, by partition. */
  from: readonly bigint[];
  to: readonly bigint[];
}

/** PositionsMovedError says that somebody else moved a topic's positions: roll back and begin anew. */
class PositionsMovedError extends Error {
  constructor(topicRef: number) {
    super(`The positions of dead-letter topic ${topicRef} are not where they stood.`);
    this.name = "PositionsMovedError";
  }
}

/** DeadLetterIndexStore writes what the worker indexes; all of it belongs into one guarded transaction. */
export interface DeadLetterIndexStore {
  /**
   * Writes rows, counts and positions of topics with their causes. Nothing waits for the disk: what a crash of the
   * server takes, it takes with its positions, and it is read again. Throws {@link PositionsMovedError}.
   */
  write(
    cluster: string,
    batch: { topics: readonly IndexedTopic[]; causes: readonly SeenCause[]; at: number },
  ): Promise<void>;
  /** The dead letter that already stands for a failure, by the index of the question. */
  findTwins(
    topicRef: number,
    asked: readonly TwinKey[],
  ): Promise<Map<number, { partition: number; offset: bigint }>>;
  /** The last copy of each partition whose failure has a row in the topic. */
  lastFailed(topicRef: number): Promise<{ topic: string; partition: number; offset: bigint }[]>;
}

/** deadLetterIndexStore makes a {@link DeadLetterIndexStore}. */
export function deadLetterIndexStore(sql: Sql): DeadLetterIndexStore {
  return {
    write: (cluster, batch) => write(sql, cluster, batch),
    async findTwins(topicRef, asked) {
      if (asked.length === 0) return new Map();
      const rows = await selectTwins(sql, topicRef, asked.map(withinColumns));
      return new Map(rows.map(({ nth, partition, offset }) => [Number(nth) - 1, { partition, offset }]));
    },
    lastFailed: (topicRef) => selectLastFailed(sql, topicRef),
  };
}

async function write(
  sql: Sql,
  cluster: string,
  { topics, causes, at }: Parameters<DeadLetterIndexStore["write"]>[1],
): Promise<void> {
  await sql.$executeRaw`SET LOCAL synchronous_commit = off`;
  const refs = new Map<string, number>();
  if (causes.length > 0) {
    const seen = sorted(causes).map((cause) => ({
      ...cause,
      firstSeenAt: timeOf(cause.firstSeenAt) ?? at,
      lastSeenAt: timeOf(cause.lastSeenAt) ?? at,
    }));
    for (const { id, ref } of await touchCauses(sql, cluster, seen)) refs.set(id, ref);
  }
  const refOf = (causeId: string): number => {
    const ref = refs.get(causeId);
    if (ref === undefined)
      throw new Error(`A dead letter names the cause ${causeId}, which the batch lacks.`);
    return ref;
  };
  const counts = new Counts(at);
  for (const topic of topics) {
    const { topicRef, from, to, oneIn } = topic;
    // Counted only while one row stands for several records: 1 in n.
    const counted = oneIn === 1 ? 0 : topic.rows.length * oneIn;
    if (!(await movePositions(sql, { topicRef, from, to, counted }))) throw new PositionsMovedError(topicRef);
    if (topic.rows.length === 0) continue;
    const rows = topic.rows.map((row) => insertedOf(row, refOf(row.causeId), at));
    // Rows are there already only where a broker gave offsets out twice (an unclean election). Whoever moved the
    // positions is alone until the end of the transaction, so what is not there now is not there then.
    const fresh = !(await hasRowsFrom(sql, topicRef, leastOffsets(rows)));
    const added = await insertRows(sql, { topicRef, rows, at, fresh });
    for (const row of rows) counts.add(topicRef, row, oneIn);
    if (added !== rows.length) await recountAfter(sql, counts, topicRef);
  }
  await counts.write(sql);
}

async function recountAfter(sql: Sql, counts: Counts, topicRef: number): Promise<void> {
  counts.dropTallies(topicRef);
  await recountTopic(sql, topicRef);
}

/** The least offset of each partition that has rows. */
function leastOffsets(rows: readonly InsertedRow[]): Map<number, bigint> {
  const least = new Map<number, bigint>();
  for (const { partition, offset } of rows) {
    const known = least.get(partition);
    if (known === undefined || offset < known) least.set(partition, offset);
  }
  return least;
}

/** Two batches that touch the same causes must lock them in one order. */
const sorted = (causes: readonly SeenCause[]): SeenCause[] =>
  [...causes].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const MINUTE_S = 60;
const FINE_S = 5;
/** Fine steps serve the verdict alone: of older dead letters it needs none. */
const FINE_KEPT_MS = 3_600_000;

/** What a batch adds to one cause in one topic. */
interface CauseCounts {
  readonly tally: TallyChange;
  /** By their instants. */
  readonly minutes: Map<number, ArrivalChange>;
  readonly fine: Map<number, ArrivalChange>;
}

/** Counts gathers what a batch adds to tallies, arrivals and keys; by numbers, since a text for each would cost more. */
class Counts {
  readonly #now: number;
  /** By topic and cause. */
  readonly #topics = new Map<number, Map<number, CauseCounts>>();
  /** By cause and hash. */
  readonly #keys = new Map<number, Map<bigint, KeyChange>>();

  constructor(now: number) {
    this.#now = now;
  }

  add(topicRef: number, { causeRef, at, keyHash, key, twinOffset }: InsertedRow, oneIn: number): void {
    if (twinOffset !== null) return;
    const { tally, minutes, fine } = this.#of(topicRef, causeRef);
    tally.count += 1;
    const of = { causeRef, topicRef, count: oneIn };
    arrive(minutes, { ...of, stepS: MINUTE_S, at });
    if (at > this.#now - FINE_KEPT_MS) arrive(fine, { ...of, stepS: FINE_S, at });
    if (keyHash === null) return;
    const keys = heldOrMade(this.#keys, causeRef, () => new Map<bigint, KeyChange>());
    const known = keys.get(keyHash);
    if (known === undefined) keys.set(keyHash, { causeRef, topicRef, keyHash, key, count: 1 });
    else known.count += 1;
  }

  /** Leaves out the tallies of a topic that is counted anew. */
  dropTallies(topicRef: number): void {
    for (const { tally } of this.#topics.get(topicRef)?.values() ?? []) tally.count = 0;
  }

  async write(sql: Sql): Promise<void> {
    const causes = [...this.#topics.values()].flatMap((topic) => [...topic.values()]);
    const tallies = causes.map(({ tally }) => tally).filter(({ count }) => count > 0);
    const arrivals = causes.flatMap(({ minutes, fine }) => [...minutes.values(), ...fine.values()]);
    const keys = [...this.#keys.values()].flatMap((each) => [...each.values()]);
    if (tallies.length > 0) await addTallies(sql, tallies);
    if (arrivals.length > 0) await addArrivals(sql, arrivals);
    if (keys.length > 0) await addKeys(sql, keys, KEYS_KEPT);
  }

  #of(topicRef: number, causeRef: number): CauseCounts {
    const causes = heldOrMade(this.#topics, topicRef, () => new Map<number, CauseCounts>());
    return heldOrMade(causes, causeRef, () => ({
      tally: { causeRef, topicRef, state: "open", count: 0 },
      ...{ minutes: new Map<number, ArrivalChange>(), fine: new Map<number, ArrivalChange>() },
    }));
  }
}

/** Counts an arrival in the step of its instant. */
function arrive(steps: Map<number, ArrivalChange>, { at, ...of }: ArrivalChange): void {
  const stepMs = of.stepS * 1_000;
  const stepAt = Math.floor(at / stepMs) * stepMs;
  heldOrMade(steps, stepAt, () => ({ ...of, at: stepAt, count: 0 })).count += of.count;
}

function heldOrMade<K, V>(held: Map<K, V>, key: K, make: () => V): V {
  const known = held.get(key);
  if (known !== undefined) return known;
  const made = make();
  held.set(key, made);
  return made;
}

/** No row holds a negative offset: what a column cannot hold finds nothing. */
const withinColumns = (asked: TwinKey): TwinKey => ({
  ...asked,
  partition: intOf(asked.partition) ?? -1,
  offset: bigintOf(asked.offset) ?? -1n,
});

const INT_MAX = 2 ** 31 - 1;
const BIGINT_MAX = 2n ** 63n - 1n;
/** The last instant of the year 9999: later ones have no ISO text that PostgreSQL reads. */
const TIME_MAX = 253_402_300_799_999;

/** Headers are anybody's: what a column cannot hold is unknown, so that one record cannot stop the index. */
function insertedOf(row: IndexedDeadLetter, causeRef: number, now: number): InsertedRow {
  const { origin, from, twinOf } = row;
  return {
    partition: row.partition,
    offset: row.offset,
    causeRef,
    at: timeOf(row.at) ?? now,
    originTopic: origin.topic,
    originPartition: intOf(origin.partition),
    originOffset: bigintOf(origin.offset),
    originAt: timeOf(origin.at),
    fromTopic: from.topic,
    fromPartition: intOf(from.partition),
    fromOffset: bigintOf(from.offset),
    fromAt: timeOf(from.at),
    attempts: intOf(row.attempts),
    exception: row.exception,
    message: row.message,
    eventId: row.eventId,
    key: row.key,
    keyHash: row.keyHash,
    valueBytes: intOf(row.valueBytes),
    pointer: row.pointer,
    hops: intOf(row.hops) ?? 1,
    redriveId: row.redriveId,
    twinPartition: twinOf?.partition ?? null,
    twinOffset: twinOf?.offset ?? null,
  };
}

const intOf = (value: number | null): number | null =>
  value !== null && Number.isInteger(value) && value >= 0 && value <= INT_MAX ? value : null;
const bigintOf = (value: bigint | null): bigint | null =>
  value !== null && value >= 0n && value <= BIGINT_MAX ? value : null;
const timeOf = (at: number | null): number | null =>
  at !== null && Number.isInteger(at) && at >= 0 && at <= TIME_MAX ? at : null;
