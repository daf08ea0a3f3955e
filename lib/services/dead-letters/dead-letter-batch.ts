import type { Tx } from "#lib/adapters/db/db.ts";
import type { IndexedDeadLetter, SeenCause } from "#lib/adapters/db/dead-letter-index.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import { twinKeyOf, type TwinKey } from "#lib/domain/dead-letters/states.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import type { ReadDeadLetter } from "#lib/services/dead-letters/read-dead-letter.ts";

/** The protocol's limit of a guarded transaction: a renewal of the lease waits behind it. */
const WRITE_LIMIT_MS = 2_000;

/** The last copy of each partition whose failure is known, by topic and partition: twins do not lie behind it. */
export type LastFailed = Map<string, bigint>;

/** What a batch holds of one topic. */
interface TopicPart {
  readonly from: readonly bigint[];
  readonly to: bigint[];
  readonly oneIn: number;
  readonly rows: IndexedDeadLetter[];
  /** Rows of this batch that stand for a failure, by the place of the copy that failed and its offset. */
  readonly first: Map<string, Map<bigint, Failure>>;
  /** Rows whose failure an earlier batch may have. */
  readonly doubtful: { row: IndexedDeadLetter; twin: TwinKey }[];
  /** Rows whose failure an earlier row of this batch has. */
  readonly doubles: { row: IndexedDeadLetter; of: IndexedDeadLetter }[];
}

/** A row that stands for a failure of a copy; others of the same copy are of other groups or events. */
interface Failure {
  readonly row: IndexedDeadLetter;
  readonly group: string;
  readonly other: Failure | undefined;
}

/** DeadLetterBatch gathers what is read until it is written: rows, causes and positions, all of them or nothing. */
export class DeadLetterBatch {
  readonly #topics = new Map<number, TopicPart>();
  readonly #causes = new Map<string, SeenCause>();
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Whether there is nothing to write. */
  get empty(): boolean {
    return [...this.#topics.values()].every(
      ({ rows, from, to }) =>
        rows.length === 0 && to.length === from.length && to.every((offset, index) => offset === from[index]),
    );
  }

  /** Begins a topic at its positions; a later call of the same batch changes nothing. */
  begin(topicRef: number, { positions, oneIn }: { positions: readonly bigint[]; oneIn: number }): void {
    if (this.#topics.has(topicRef)) return;
    this.#topics.set(topicRef, {
      ...{ from: positions, to: [...positions], oneIn },
      ...{ rows: [], first: new Map(), doubtful: [], doubles: [] },
    });
  }

  /** Moves the position of a partition. */
  move(topicRef: number, partition: number, nextOffset: bigint): void {
    const { to } = this.#part(topicRef);
    while (to.length <= partition) to.push(0n);
    to[partition] = nextOffset;
  }

  /** Takes a dead letter in. */
  add(topicRef: number, { row: read, cause }: ReadDeadLetter, lastFailed: LastFailed): void {
    const part = this.#part(topicRef);
    const row: IndexedDeadLetter = { ...read, twinOf: null };
    part.rows.push(row);
    this.#rows += 1;
    this.#see(cause);
    this.#lookForTwin(part, { row, group: cause.group }, lastFailed);
  }

  /** Where the positions of a topic go when this is written. */
  positions(topicRef: number): readonly bigint[] | undefined {
    return this.#topics.get(topicRef)?.to;
  }

  /** The causes that it holds. */
  get causes(): readonly SeenCause[] {
    return [...this.#causes.values()];
  }

  /** Rows of a topic that count: twins do not. */
  counted(topicRef: number): number {
    return this.#topics.get(topicRef)?.rows.filter(({ twinOf }) => twinOf === null).length ?? 0;
  }

  /**
   * Writes all of it in one transaction that the lease guards, and tells the consoles. Throws LeaseLostError, and
   * PositionsMovedError when somebody else wrote.
   */
  async write(
    ctx: Pick<Ctx, "db" | "now">,
    { cluster, lease, tells }: { cluster: string; lease: Lease; tells: boolean },
  ): Promise<void> {
    const causes = this.causes;
    await ctx.db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        for (const [topicRef, part] of this.#topics) await settleTwins(tx, topicRef, part);
        const topics = [...this.#topics].map(([topicRef, { rows, oneIn, from, to }]) => ({
          ...{ topicRef, rows, oneIn, from, to },
        }));
        await tx.deadLetterIndex.write(cluster, { topics, causes, at: ctx.now() });
        if (tells) await tx.hints.notify([{ feature: "dead-letters", cluster, id: null }]);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  }

  #part(topicRef: number): TopicPart {
    const part = this.#topics.get(topicRef);
    if (part === undefined) throw new Error(`The batch has not begun topic ${topicRef}.`);
    return part;
  }

  #see(cause: SeenCause): void {
    const seen = this.#causes.get(cause.id);
    if (seen === undefined) {
      this.#causes.set(cause.id, cause);
      return;
    }
    if (cause.firstSeenAt < seen.firstSeenAt) seen.firstSeenAt = cause.firstSeenAt;
    if (cause.lastSeenAt > seen.lastSeenAt) seen.lastSeenAt = cause.lastSeenAt;
  }

  /** A copy that fails twice in one group was read twice: a kill came between the dead letter and the commit. */
  #lookForTwin(
    part: TopicPart,
    { row, group }: { row: IndexedDeadLetter; group: string | null },
    lastFailed: LastFailed,
  ): void {
    const twin = twinKeyOf({ group, from: row.from, eventId: row.eventId });
    if (twin === null) return;
    const { offset } = twin;
    const place = `${twin.partition} ${twin.topic}`;
    const failures = failuresAt(part.first, place);
    const known = failures.get(offset);
    const last = lastFailed.get(place);
    if (last !== undefined && offset <= last) {
      const first = failureOf(known, twin);
      if (first !== undefined) {
        part.doubles.push({ row, of: first.row });
        return;
      }
      part.doubtful.push({ row, twin });
    } else lastFailed.set(place, offset);
    failures.set(offset, { row, group: twin.group, other: known });
  }
}

function failuresAt(first: TopicPart["first"], place: string): Map<bigint, Failure> {
  const known = first.get(place);
  if (known !== undefined) return known;
  const failures = new Map<bigint, Failure>();
  first.set(place, failures);
  return failures;
}

/** The one of a copy's failures that is of the same group and event. */
function failureOf(known: Failure | undefined, { group, eventId }: TwinKey): Failure | undefined {
  for (let failure = known; failure !== undefined; failure = failure.other)
    if (failure.group === group && failure.row.eventId === eventId) return failure;
  return undefined;
}

async function settleTwins(tx: Tx, topicRef: number, { doubtful, doubles }: TopicPart): Promise<void> {
  const twins = await tx.deadLetterIndex.findTwins(
    topicRef,
    doubtful.map(({ twin }) => twin),
  );
  for (const [index, { row }] of doubtful.entries()) row.twinOf = twins.get(index) ?? null;
  for (const { row, of } of doubles) row.twinOf = of.twinOf ?? { partition: of.partition, offset: of.offset };
}
