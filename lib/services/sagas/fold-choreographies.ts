import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { PartitionPlan, ResolvedOffsets, ScannedBatch } from "#lib/adapters/kafka/scan/types.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { ChoreographyBatch } from "#lib/services/sagas/choreography-batch.ts";
import type { ChoreographyPlaces, Place } from "#lib/services/sagas/choreography-places.ts";
import { readChoreographyEvent } from "#lib/services/sagas/read-choreography-event.ts";

/** Events of one transaction, unless less is asked for. One batch is written while the next is read. */
export const EVENTS_A_BATCH = 5_000;
/**
 * Bytes of one partition in one answer. Small, so that a batch holds the same minute of all topics: an instance whose
 * events come together is read and written once.
 */
const PARTITION_BYTES = 128 * 1024;
const PATIENCE_MS = 3_000;
/** A long backlog is read in turns: between them the watermark and retention have theirs. */
const TURN_MS = 4_000;

/** What folding runs on. */
export interface Folding {
  readonly ctx: Pick<Ctx, "db" | "now">;
  readonly cluster: string;
  readonly kafka: Pick<KafkaCluster, "reader">;
  readonly lease: Lease;
  /** By type. */
  readonly maps: ReadonlyMap<string, KnownMap>;
  readonly places: ChoreographyPlaces;
  /** How long one call reads, 4 s where absent; tests shorten it. */
  readonly turnMs?: number | undefined;
  /** Events of one transaction; {@link EVENTS_A_BATCH} where absent. */
  readonly eventsABatch?: number | undefined;
}

/** What one call of {@link foldChoreographies} did. */
export interface Folded {
  events: number;
  /** Whether it ended before all was read. */
  more: boolean;
  /** Why partitions could not be read, a sentence by topic. */
  failures: ReadonlyMap<string, string>;
}

/**
 * foldChoreographies reads what declared topics have beyond their places, headers alone, folds it into instances, and
 * moves the places. Instances and positions are written together, so that each record counts once whatever is killed. At
 * most two batches are in memory. `askedAt`, epoch ms, is when the offsets were asked for: a partition that is read to
 * its end is read up to then. Throws KafkaError, LeaseLostError, DatabaseUnreachableError: what was not written is read
 * again.
 */
export async function foldChoreographies(
  folding: Folding,
  { offsets, askedAt, signal }: { offsets: ResolvedOffsets; askedAt: number; signal: AbortSignal },
): Promise<Folded> {
  return new Fold(folding, askedAt).run(offsets, signal);
}

class Fold {
  readonly #on: Folding;
  readonly #askedAt: number;
  readonly #turnEndsAt: number;
  readonly #starts: ReadonlySet<string>;
  readonly #failures = new Map<string, string>();
  #batch = new ChoreographyBatch();
  #writing: Promise<void> = Promise.resolve();
  #failed: { reason: unknown } | null = null;
  #written = 0;
  #turnOver = false;

  constructor(on: Folding, askedAt: number) {
    this.#on = on;
    this.#askedAt = askedAt;
    this.#turnEndsAt = on.ctx.now() + (on.turnMs ?? TURN_MS);
    this.#starts = new Set([...on.maps.values()].flatMap(({ map }) => map.starts));
  }

  async run(offsets: ResolvedOffsets, signal: AbortSignal): Promise<Folded> {
    const plan = this.#plan(offsets);
    try {
      if (plan.length > 0) await this.#read(plan, signal);
      this.#flush();
    } finally {
      await this.#writing;
    }
    if (this.#failed !== null) throw this.#failed.reason;
    return { events: this.#written, more: this.#turnOver, failures: this.#failures };
  }

  /** What lies beyond the places, from the place of the map that is least far on. */
  #plan(offsets: ResolvedOffsets): PartitionPlan[] {
    return offsets.partitions.flatMap((each) => {
      const { topic, topicId, partition, logStart, logEnd } = each;
      const places = this.#on.places.of(each);
      // A log that ends before a place was cut off by the brokers: its next records are read from its end on.
      for (const place of places) if (place.nextOffset > logEnd) this.#move(place, logEnd);
      const least = places.reduce<bigint | null>(
        (found, { nextOffset }) => (found === null || nextOffset < found ? nextOffset : found),
        null,
      );
      if (least === null) return [];
      const fromOffset = least < logStart ? logStart : least;
      if (fromOffset < logEnd) return [{ topic, topicId, partition, fromOffset, toOffset: logEnd }];
      for (const place of places) place.readToAt = this.#askedAt;
      return [];
    });
  }

  async #read(plan: readonly PartitionPlan[], signal: AbortSignal): Promise<void> {
    const outcomes = await this.#on.kafka.reader.read(plan, {
      signal,
      ...{ patienceMs: PATIENCE_MS, partitionBytes: PARTITION_BYTES },
      onBatch: (batch) => this.#take(batch),
      onFailure: ({ topic, reason }) => this.#failures.set(topic, reason),
    });
    for (const outcome of outcomes) {
      for (const place of this.#on.places.of(outcome)) {
        if (outcome.nextOffset > place.nextOffset) this.#move(place, outcome.nextOffset);
        if (outcome.done && outcome.nextOffset >= outcome.toOffset) place.readToAt = this.#askedAt;
      }
    }
  }

  /** Takes the records of a batch; waits while the batch before the last is written. */
  async #take(scanned: ScannedBatch): Promise<"stop" | undefined> {
    if (this.#failed !== null) return "stop";
    const { topic, partition, nextOffset, records } = scanned;
    const places = this.#on.places.of(scanned);
    const at = { topic, partition, starts: this.#starts.has(topic), now: this.#on.ctx.now() };
    let lastAt: number | null = null;
    for (const record of records) {
      lastAt = record.timestamp === null ? lastAt : Number(record.timestamp);
      const read = readChoreographyEvent(at, record);
      if (read === null) continue;
      for (const { type, nextOffset: from } of places)
        if (record.offset >= from) this.#batch.add({ type, correlationId: read.correlationId }, read.event);
    }
    for (const place of places) {
      if (nextOffset <= place.nextOffset) continue;
      this.#move(place, nextOffset);
      if (lastAt !== null) place.readToAt = Math.min(lastAt, this.#askedAt);
    }
    if (this.#batch.size >= (this.#on.eventsABatch ?? EVENTS_A_BATCH)) {
      await this.#writing;
      this.#flush();
    }
    this.#turnOver = this.#on.ctx.now() >= this.#turnEndsAt;
    return this.#turnOver ? "stop" : undefined;
  }

  #move(place: Place, nextOffset: bigint): void {
    place.nextOffset = nextOffset;
    const { type, topic, topicId, partition } = place;
    this.#batch.move({ type, topic, topicId, partition, nextOffset });
  }

  /** Begins to write the batch at hand, and another batch. The next flush waits for it. */
  #flush(): void {
    const batch = this.#batch;
    if (batch.empty) return;
    this.#batch = new ChoreographyBatch();
    this.#writing = this.#writing.then(() => this.#write(batch));
  }

  async #write(batch: ChoreographyBatch): Promise<void> {
    if (this.#failed !== null) return;
    const { ctx, cluster, lease, maps } = this.#on;
    try {
      await batch.write(ctx, { cluster, lease, maps });
      this.#written += batch.size;
    } catch (reason) {
      this.#failed = { reason };
    }
  }
}
