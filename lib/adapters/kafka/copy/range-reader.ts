import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { refusePassing } from "#lib/adapters/kafka/copy/passing-failure.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import type { PartitionPlan, RecordView, ScanFailure } from "#lib/adapters/kafka/scan/types.ts";

/** A part of a partition that is read: its records, then perhaps a gap. */
interface Portion {
  records: RecordView[];
  nextOffset: bigint;
  gone: { fromOffset: bigint; toOffset: bigint; reason: string } | null;
}

/** What a portion holds at the most. */
interface PortionOptions {
  readonly limit: number;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

/** Read in one go, bytes as stored: several portions, so that not each of them waits for a broker. */
const AHEAD_BYTES = 4 * 1024 * 1024;
const PARTITION_BYTES = 2 * 1024 * 1024;
/** Partitions whose next records are kept. */
const KEPT_PARTITIONS = 16;

/** What was read of a partition and not asked for yet: it goes on at `nextOffset`. */
interface Ahead {
  readonly records: RecordView[];
  /** The first of `records` that was not given. */
  at: number;
  /** Where the records that are left begin. */
  fromOffset: bigint;
  /** Where reading goes on behind them. */
  readonly nextOffset: bigint;
  readonly gone: Portion["gone"];
}

/** RangeReader reads partitions in portions, and a little ahead. */
export class RangeReader {
  readonly #links: ClusterLinks;
  readonly #ahead = new Map<string, Ahead>();

  constructor(links: ClusterLinks) {
    this.#links = links;
  }

  /** See `CopyCluster.readRange`. */
  async read(range: PartitionPlan, options: PortionOptions): Promise<Portion> {
    const portion = await this.#part(range, options);
    const { records, nextOffset, gone } = portion;
    const bytes = records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const left = { limit: options.limit - records.length, limitBytes: options.limitBytes - bytes };
    // What was read ahead is used up: the portion is filled from what comes behind it, if that can be read.
    if (gone !== null || nextOffset >= range.toOffset || left.limit <= 0 || left.limitBytes <= 0)
      return portion;
    if (this.#ahead.get(keyOf(range))?.fromOffset === nextOffset) return portion;
    try {
      const behind = await this.#part({ ...range, fromOffset: nextOffset }, { ...options, ...left });
      return { ...behind, records: [...records, ...behind.records] };
    } catch (error) {
      // The next portion meets the same again.
      if (records.length === 0 || !(error instanceof KafkaError)) throw error;
      return portion;
    }
  }

  /** What is kept, or else what is read anew, cut to a portion. */
  async #part(range: PartitionPlan, options: PortionOptions): Promise<Portion> {
    const { fromOffset, toOffset } = range;
    if (fromOffset >= toOffset) return { records: [], nextOffset: toOffset, gone: null };
    const key = keyOf(range);
    const kept = this.#ahead.get(key);
    this.#ahead.delete(key);
    const ahead = kept?.fromOffset === fromOffset ? kept : await this.#readAhead(range, options.signal);
    const portion = cut(ahead, toOffset, options);
    if (ahead.fromOffset < ahead.nextOffset) this.#keep(key, ahead);
    return portion;
  }

  #keep(key: string, ahead: Ahead): void {
    this.#ahead.set(key, ahead);
    if (this.#ahead.size <= KEPT_PARTITIONS) return;
    for (const oldest of this.#ahead.keys()) {
      this.#ahead.delete(oldest);
      return;
    }
  }

  async #readAhead(range: PartitionPlan, signal: AbortSignal): Promise<Ahead> {
    const records: RecordView[] = [];
    const failures: ScanFailure[] = [];
    let [bytes, reached] = [0, range.fromOffset];
    await readPartitions(this.#links, [range], {
      ...{ isolation: "read_committed", signal, partitionBytes: PARTITION_BYTES },
      onBatch(batch) {
        // What lies behind a gap belongs to another portion.
        if (failures.length > 0) return "stop";
        records.push(...batch.records);
        reached = batch.nextOffset;
        bytes += batch.bytes.length;
        return bytes >= AHEAD_BYTES || failures.length > 0 ? "stop" : undefined;
      },
      onPosition({ nextOffset }) {
        // Batches that are passed over: markers, aborted transactions.
        if (failures.length === 0) reached = nextOffset;
      },
      onFailure: (failure) => failures.push(failure),
    });
    const [failure] = failures;
    const { fromOffset, toOffset } = range;
    if (failure === undefined) {
      const nextOffset = bytes >= AHEAD_BYTES ? reached : toOffset;
      return { ...{ records, at: 0, fromOffset, nextOffset }, gone: null };
    }
    return this.#withGap({ range, records, failure }, signal);
  }

  async #withGap(
    { range, records, failure }: { range: PartitionPlan; records: RecordView[]; failure: ScanFailure },
    signal: AbortSignal,
  ): Promise<Ahead> {
    const { fromOffset, toOffset } = range;
    const before = records.filter(({ offset }) => offset < failure.fromOffset);
    if (failure.kind === "gone") throw new KafkaError("not_found", failure.reason);
    try {
      await refusePassing(this.#links, { failure, toOffset }, signal);
    } catch (error) {
      // What was read before is given; the next portion meets the same again.
      if (!(error instanceof KafkaError) || before.length === 0) throw error;
      return { ...{ records: before, at: 0, fromOffset, nextOffset: failure.fromOffset }, gone: null };
    }
    const gone = { fromOffset: failure.fromOffset, toOffset: failure.toOffset, reason: failure.reason };
    return { ...{ records: before, at: 0, fromOffset, nextOffset: failure.toOffset }, gone };
  }
}

const keyOf = ({ partition, topicId }: PartitionPlan): string => `${partition} ${topicId}`;

/** Takes a portion off what was read ahead. */
function cut(ahead: Ahead, toOffset: bigint, { limit, limitBytes }: PortionOptions): Portion {
  const records: RecordView[] = [];
  let bytes = 0;
  for (; ahead.at < ahead.records.length; ahead.at += 1) {
    const record = ahead.records[ahead.at];
    if (record === undefined || record.offset >= toOffset) break;
    bytes += record.sizeBytes;
    // One record at the least: a limit must not keep a large one back for ever.
    if (records.length > 0 && (records.length >= limit || bytes > limitBytes)) break;
    records.push(record);
  }
  const next = ahead.records[ahead.at];
  if (next !== undefined) {
    ahead.fromOffset = next.offset < toOffset ? next.offset : toOffset;
    return { records, nextOffset: ahead.fromOffset, gone: null };
  }
  ahead.fromOffset = ahead.nextOffset;
  const nextOffset = ahead.nextOffset < toOffset ? ahead.nextOffset : toOffset;
  const { gone } = ahead;
  const within = gone === null || gone.toOffset <= toOffset ? gone : { ...gone, toOffset };
  return { records, nextOffset, gone: within };
}
