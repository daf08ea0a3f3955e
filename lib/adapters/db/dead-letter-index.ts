import type { Sql } from "#lib/adapters/db/client.ts";
import {
  addArrivals,
  addKeys,
  addTallies,
  insertRows,
  movePositions,
  recountTopic,
  selectLastFailed,
  selectTwins,
  touchCauses,
  type ArrivalChange,
  type InsertedRow,
  type KeyChange,
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
    const added = await insertRows(sql, { topicRef, rows, at });
    for (const row of rows) counts.add(topicRef, row, oneIn);
    // Rows are there already only where a broker gave offsets out twice (an unclean election).
    if (added !== rows.length) await recountAfter(sql, counts, topicRef);
  }
  await counts.write(sql);
}

async function recountAfter(sql: Sql, counts: Counts, topicRef: number): Promise<void> {
  counts.dropTallies(topicRef);
  await recountTopic(sql, topicRef);
}

/** Two batches that touch the same causes must lock them in one order. */
const sorted = (causes: readonly SeenCause[]): SeenCause[] =>
  [...causes].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const MINUTE_S = 60;
const FINE_S = 5;
/** Fine steps serve the verdict alone: of older dead letters it needs none. */
const FINE_KEPT_MS = 3_600_000;

/** Counts gathers what a batch adds to tallies, arrivals and keys. */
class Counts {
  readonly #now: number;
  readonly #tallies = new Map<string, { causeRef: number; topicRef: number; state: string; count: number }>();
  readonly #arrivals = new Map<string, ArrivalChange>();
  readonly #keys = new Map<string, KeyChange>();

  constructor(now: number) {
    this.#now = now;
  }

  add(topicRef: number, { causeRef, at, keyHash, key, twinOffset }: InsertedRow, oneIn: number): void {
    if (twinOffset !== null) return;
    const pair = `${causeRef} ${topicRef}`;
    const tally = this.#tallies.get(pair);
    if (tally === undefined) this.#tallies.set(pair, { causeRef, topicRef, state: "open", count: 1 });
    else tally.count += 1;
    this.#arrive({ causeRef, topicRef, at, count: oneIn }, MINUTE_S);
    if (at > this.#now - FINE_KEPT_MS) this.#arrive({ causeRef, topicRef, at, count: oneIn }, FINE_S);
    if (keyHash === null) return;
    const known = this.#keys.get(`${causeRef} ${keyHash}`);
    if (known === undefined)
      this.#keys.set(`${causeRef} ${keyHash}`, { causeRef, topicRef, keyHash, key, count: 1 });
    else known.count += 1;
  }

  /** Leaves out the tallies of a topic that is counted anew. */
  dropTallies(topicRef: number): void {
    for (const [pair, tally] of this.#tallies) if (tally.topicRef === topicRef) this.#tallies.delete(pair);
  }

  async write(sql: Sql): Promise<void> {
    if (this.#tallies.size > 0) await addTallies(sql, [...this.#tallies.values()]);
    if (this.#arrivals.size > 0) await addArrivals(sql, [...this.#arrivals.values()]);
    if (this.#keys.size > 0) await addKeys(sql, [...this.#keys.values()], KEYS_KEPT);
  }

  #arrive(of: Omit<ArrivalChange, "stepS">, stepS: number): void {
    const at = Math.floor(of.at / (stepS * 1_000)) * stepS * 1_000;
    const name = `${of.causeRef} ${of.topicRef} ${stepS} ${at}`;
    const held = this.#arrivals.get(name);
    if (held === undefined) this.#arrivals.set(name, { ...of, stepS, at });
    else held.count += of.count;
  }
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
    ...{ originTopic: origin.topic, originPartition: intOf(origin.partition) },
    ...{ originOffset: bigintOf(origin.offset), originAt: timeOf(origin.at) },
    ...{ fromTopic: from.topic, fromPartition: intOf(from.partition) },
    ...{ fromOffset: bigintOf(from.offset), fromAt: timeOf(from.at) },
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
