import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { PartitionPlan, ResolvedOffsets, ScannedBatch } from "#lib/adapters/kafka/scan/types.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { DeadLetterBatch, type LastFailed } from "#lib/services/dead-letters/dead-letter-batch.ts";
import type { FollowedTopic } from "#lib/services/dead-letters/find-dead-letter-topics.ts";
import { floodOneIn, type IndexSettings } from "#lib/services/dead-letters/index-settings.ts";
import type { DeadLetterReader } from "#lib/services/dead-letters/read-dead-letter.ts";

/** Rows of one transaction: some 150 ms. One is written while the next is read. */
const ROWS_A_BATCH = 5_000;
const PATIENCE_MS = 3_000;
const HINT_EVERY_MS = 500;
/** A long backlog is read in turns: between them other topics, verdicts and expiry have theirs. */
const TURN_MS = 4_000;

/** What following runs on. */
export interface Following {
  readonly ctx: Pick<Ctx, "db" | "now">;
  readonly cluster: string;
  readonly kafka: Pick<KafkaCluster, "reader">;
  readonly lease: Lease;
  readonly settings: IndexSettings;
  readonly reader: DeadLetterReader;
  /** By the number of the topic's row. */
  readonly lastFailed: Map<number, LastFailed>;
  /** How long one call reads, 4 s where absent; tests shorten it. */
  readonly turnMs?: number | undefined;
}

/** What one call of {@link followDeadLetters} did. */
export interface Followed {
  rows: number;
  /** Whether it ended before all was read. */
  more: boolean;
}

/**
 * followDeadLetters reads what topics have beyond their positions and writes it, and moves `nextOffsets`, `open`,
 * `behind` and `failure` of `topics`. Rows and positions are written together, so that each record has one row whatever
 * is killed. At most two batches are in memory. Throws KafkaError, LeaseLostError, DatabaseUnreachableError: what was not
 * written is read again.
 */
export async function followDeadLetters(
  following: Following,
  topics: readonly FollowedTopic[],
  { offsets, signal }: { offsets: ResolvedOffsets; signal: AbortSignal },
): Promise<Followed> {
  return new Follow(following, topics).run(offsets, signal);
}

/** A topic with the batch at hand, in which it has its part. */
interface Begun {
  followed: FollowedTopic;
  lastFailed: LastFailed;
  batch: DeadLetterBatch;
}

class Follow {
  readonly #on: Following;
  readonly #topics: ReadonlyMap<string, FollowedTopic>;
  #batch = new DeadLetterBatch();
  #writing: Promise<void> = Promise.resolve();
  #failed: { reason: unknown } | null = null;
  #written = 0;
  #hintedAt = 0;
  #turnOver = false;
  readonly #turnEndsAt: number;

  constructor(on: Following, topics: readonly FollowedTopic[]) {
    this.#on = on;
    this.#topics = new Map(topics.map((topic) => [topic.topic, topic]));
    this.#turnEndsAt = on.ctx.now() + (on.turnMs ?? TURN_MS);
  }

  async run(offsets: ResolvedOffsets, signal: AbortSignal): Promise<Followed> {
    const plan = this.#plan(offsets);
    for (const { topic } of plan) this.#begin(topic);
    try {
      if (plan.length > 0) await this.#read(plan, signal);
      this.#flush();
    } finally {
      await this.#writing;
    }
    if (this.#failed !== null) throw this.#failed.reason;
    return { rows: this.#written, more: this.#turnOver };
  }

  /**
   * What lies beyond the positions. A log that ends before them was cut off by the brokers: its next records are read
   * from its end on. Short backlogs come first: a long one keeps no fresh dead letter waiting.
   */
  #plan(offsets: ResolvedOffsets): PartitionPlan[] {
    const plan = offsets.partitions.flatMap(({ topic, topicId, partition, logStart, logEnd }) => {
      const followed = this.#topics.get(topic);
      if (followed === undefined || followed.leftOut || followed.topicId !== topicId) return [];
      const next = followed.nextOffsets[partition] ?? 0n;
      if (next > logEnd) this.#moveBack(followed, { partition, logEnd });
      const fromOffset = next < logStart ? logStart : next;
      return fromOffset < logEnd ? [{ topic, topicId, partition, fromOffset, toOffset: logEnd }] : [];
    });
    const lengthOf = ({ fromOffset, toOffset }: PartitionPlan): number => Number(toOffset - fromOffset);
    return plan.sort((a, b) => lengthOf(a) - lengthOf(b));
  }

  #moveBack(followed: FollowedTopic, { partition, logEnd }: { partition: number; logEnd: bigint }): void {
    followed.failure = `topic ${followed.topic} ${partition}: the brokers cut its log off at offset ${logEnd}.`;
    this.#begin(followed.topic)?.batch.move(followed.ref, partition, logEnd);
  }

  async #read(plan: readonly PartitionPlan[], signal: AbortSignal): Promise<void> {
    const outcomes = await this.#on.kafka.reader.read(plan, {
      signal,
      patienceMs: PATIENCE_MS,
      onBatch: (batch) => this.#take(batch),
      onFailure: ({ topic, reason }) => {
        const followed = this.#topics.get(topic);
        if (followed !== undefined) followed.failure = reason;
      },
    });
    for (const { topic, partition, nextOffset, fromOffset } of outcomes) {
      const begun = nextOffset > fromOffset ? this.#begin(topic) : null;
      begun?.batch.move(begun.followed.ref, partition, nextOffset);
    }
  }

  /** Takes the records of a batch; waits while the batch before the last is written. */
  async #take({ topic, partition, nextOffset, records }: ScannedBatch): Promise<"stop" | undefined> {
    if (this.#failed !== null) return "stop";
    const begun = this.#begin(topic);
    if (begun === null) return undefined;
    const { followed, lastFailed, batch } = begun;
    const at = { topic, partition, now: this.#on.ctx.now() };
    for (const record of records) {
      if (followed.oneIn > 1 && record.offset % BigInt(followed.oneIn) !== 0n) continue;
      batch.add(followed.ref, this.#on.reader.read(at, record), lastFailed);
    }
    batch.move(followed.ref, partition, nextOffset);
    if (this.#batch.rows >= ROWS_A_BATCH) {
      await this.#writing;
      this.#flush();
    }
    this.#turnOver = this.#on.ctx.now() >= this.#turnEndsAt;
    return this.#turnOver ? "stop" : undefined;
  }

  /** The topic with its part of the batch at hand; a flood begins or ends with a batch. */
  #begin(topic: string): Begun | null {
    const followed = this.#topics.get(topic);
    if (followed === undefined) return null;
    const { ref } = followed;
    const batch = this.#batch;
    if (batch.positions(ref) === undefined) {
      const { floodAt } = this.#on.settings;
      followed.oneIn = floodOneIn({ open: followed.open, floodAt, oneIn: followed.oneIn });
      followed.floodSinceAt = followed.oneIn === 1 ? null : (followed.floodSinceAt ?? this.#on.ctx.now());
      batch.begin(ref, { positions: followed.nextOffsets, oneIn: followed.oneIn });
    }
    const lastFailed = this.#on.lastFailed.get(ref) ?? new Map<string, bigint>();
    this.#on.lastFailed.set(ref, lastFailed);
    return { followed, lastFailed, batch };
  }

  /** Begins to write the batch at hand, and another batch. The next flush waits for it. */
  #flush(): void {
    const batch = this.#batch;
    if (batch.empty) return;
    this.#batch = new DeadLetterBatch();
    for (const followed of this.#topics.values()) {
      const positions = batch.positions(followed.ref);
      if (positions !== undefined) followed.nextOffsets = [...positions];
    }
    this.#writing = this.#writing.then(() => this.#write(batch));
  }

  async #write(batch: DeadLetterBatch): Promise<void> {
    if (this.#failed !== null) return;
    const { ctx, cluster, lease } = this.#on;
    const tells = batch.rows > 0 && ctx.now() - this.#hintedAt >= HINT_EVERY_MS;
    if (tells) this.#hintedAt = ctx.now();
    try {
      await batch.write(ctx, { cluster, lease, tells });
    } catch (reason) {
      this.#failed = { reason };
      return;
    }
    this.#written += batch.rows;
    for (const followed of this.#topics.values()) followed.open += batch.counted(followed.ref);
  }
}
