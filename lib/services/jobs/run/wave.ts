import type { Boundary } from "#lib/adapters/db/job-runs-settle.sql.ts";
import { unreadPartitions, type Chain, type ReadTopic } from "#lib/domain/jobs/settling.ts";
import { skippedSpans, type SkippedSpan } from "#lib/domain/jobs/skipped-spans.ts";
import type { GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import type { JobRun } from "#lib/services/jobs/run/job-run.ts";

/** A tail of at most so many offsets is looked into: it may be nothing but a transaction's marker. */
const TAIL = 100n;

/** Where a wave stands: it waits, has come to the end of its chain, or nobody reads its target. */
export type WaveStep =
  | { kind: "waits"; sentence: string }
  | { kind: "no-reader"; sentence: string }
  | { kind: "past"; boundaries: Boundary[]; unread: UnreadCopies };

/** Copies below a wave's boundaries that nobody read, for all that the commits tell, and why, in a sentence. */
export interface UnreadCopies {
  /** All of them, where the reader of a retry topic was moved; empty else. */
  all: string | null;
  spans: SkippedSpan[];
  reason: string;
}

/** What a wave is made for. */
interface WaveOf {
  chain: Chain;
  /** The boundaries below which copies lie that the commits are past; none where no copy does. */
  below: (commits: ReadonlyMap<number, bigint>) => Promise<Boundary[]>;
  /** Offset resets that were decided before this, epoch ms, moved nobody past its copies. */
  sinceAt: number;
}

/**
 * Wave is the copies in one target topic that its reader had committed past at one instant, on their way down the
 * chain: the retry topics' ends as they were after that, level by level, then the dead-letter topics' (protocol,
 * "Settled"). What is read past meanwhile comes with the next wave.
 */
export class Wave {
  readonly #run: JobRun;
  readonly #of: WaveOf;
  #boundaries: Boundary[] | null = null;
  #level = 0;
  #ends: Map<string, (bigint | null)[]> | null = null;
  readonly #unread: UnreadCopies = { all: null, spans: [], reason: "" };

  constructor(run: JobRun, of: WaveOf) {
    this.#run = run;
    this.#of = of;
  }

  /** One look. Throws KafkaError. */
  async tick(): Promise<WaveStep> {
    if (this.#boundaries === null) {
      const step = await this.#begin();
      if (step !== null) return step;
    }
    for (;;) {
      const retry = this.#of.chain.retries[this.#level];
      if (retry === undefined) break;
      const waits = await this.#readPast(retry);
      if (waits !== null) return { kind: "waits", sentence: waits };
      this.#level += 1;
      this.#ends = null;
    }
    const waits = await this.#indexedPast();
    if (waits !== null) return { kind: "waits", sentence: waits };
    return { kind: "past", boundaries: this.#boundaries ?? [], unread: this.#unread };
  }

  async #begin(): Promise<WaveStep | null> {
    const { topic, readers } = this.#of.chain.first;
    const { reader, standing } = await this.#readerOf(this.#of.chain.first);
    if (standing?.kind === "share")
      return { kind: "no-reader", sentence: `${reader} is a share group, whose reading cannot be followed.` };
    const commits = standing?.commits.get(topic);
    if (commits === undefined) {
      const sentence = `No group ${readers.join(" or ")} has committed in ${topic}.`;
      return (standing?.kind ?? null) === null
        ? { kind: "no-reader", sentence }
        : { kind: "waits", sentence };
    }
    const offsets = new Map([...commits].map(([partition, { offset }]) => [partition, offset]));
    const boundaries = await this.#of.below(offsets);
    if (boundaries.length === 0)
      return { kind: "waits", sentence: `Group ${reader} has not committed past its copies in ${topic}.` };
    // A reset is written down before it moves a commit: one that these commits have in them is there.
    this.#unread.spans = await this.#skipped(reader, topic);
    this.#unread.reason = `An offset reset moved group ${reader} past it in ${topic}.`;
    this.#boundaries = boundaries;
    return null;
  }

  async #skipped(group: string, topic: string): Promise<SkippedSpan[]> {
    const { db, cluster } = this.#run.ctx;
    return skippedSpans(await db.jobRuns.moves({ cluster, group, topic, sinceAt: this.#of.sinceAt }));
  }

  /** The first of the readers that has committed in the topic, else the first that there is. */
  async #readerOf({
    topic,
    readers,
  }: ReadTopic): Promise<{ reader: string; standing: GroupStanding | null }> {
    let there: { reader: string; standing: GroupStanding } | null = null;
    for (const reader of readers) {
      const standing = await this.#run.ctx.kafka.groupAdmin.standing(reader, this.#run.signal);
      if (standing.commits.has(topic)) return { reader, standing };
      if (standing.kind !== null) there ??= { reader, standing };
    }
    return there ?? { reader: readers[0] ?? "", standing: null };
  }

  /** Why a retry topic is not read past its ends; null when it is. */
  async #readPast(retry: ReadTopic): Promise<string | null> {
    const { kafka } = this.#run.ctx;
    const { topic } = retry;
    const logs = this.#ends === null ? await kafka.topicLogs.read([topic], this.#run.signal) : null;
    const log = logs?.get(topic);
    if (logs !== null) {
      if (log === undefined) return null;
      // What retention took needs no reading.
      const ends = log.partitions.map(({ start, end }) => (end !== null && start === end ? 0n : end));
      this.#ends = new Map([[topic, ends]]);
    }
    const ends = this.#ends?.get(topic) ?? [];
    if (ends.every((end) => end === 0n)) return null;
    const { reader, standing } = await this.#readerOf(retry);
    const commits = standing?.commits.get(topic);
    const unread = unreadPartitions(ends, (partition) => commits?.get(partition)?.offset ?? null);
    if (unread.length > 0 && !(await this.#onlyMarkers(topic, unread)))
      return `Group ${reader} has not read ${topic} to where it ended behind its copies.`;
    if ((await this.#skipped(reader, topic)).length > 0)
      this.#unread.all = `An offset reset moved group ${reader} past records of ${topic}, where copies wait that failed.`;
    return null;
  }

  /** Whether what is unread is nothing that a reader can be given. */
  async #onlyMarkers(topic: string, unread: ReturnType<typeof unreadPartitions>): Promise<boolean> {
    const { kafka, db, cluster } = this.#run.ctx;
    const topicId = (await db.deadLetterTopics.names(cluster)).find(({ name }) => name === topic)?.topicId;
    if (topicId === undefined) return false;
    const tails = unread.flatMap(({ partition, from, to }) =>
      from === null || to === null || to - from > TAIL ? [] : [{ topic, topicId, partition, from, to }],
    );
    if (tails.length < unread.length) return false;
    const read = await kafka.readTails(tails, this.#run.signal);
    return read.length === tails.length && read.every(({ records }) => records === 0);
  }

  /** Why the index is not past the ends of the dead-letter topics; null when it is. */
  async #indexedPast(): Promise<string | null> {
    const { kafka, db, cluster } = this.#run.ctx;
    const { deadLetterTopics } = this.#of.chain;
    if (this.#ends === null) {
      const logs = await kafka.topicLogs.read(
        deadLetterTopics.map(({ topic }) => topic),
        this.#run.signal,
      );
      this.#ends = new Map(
        [...logs.values()].map(({ topic, partitions }) => [topic, partitions.map(({ end }) => end)]),
      );
    }
    const indexed = await db.deadLetterTopics.indexed(cluster);
    for (const { ref, topic } of deadLetterTopics) {
      const positions = indexed.find((each) => each.ref === ref)?.nextOffsets ?? [];
      const unread = unreadPartitions(
        this.#ends.get(topic) ?? [],
        (partition) => positions[partition] ?? null,
      );
      if (unread.length > 0) return `The index has not read ${topic} to where it ended behind its copies.`;
    }
    return null;
  }
}
