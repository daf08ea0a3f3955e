import type { CopyRecord, CopyTargets } from "#lib/adapters/kafka/copy/copy-port.ts";
import { BATCH_HEADER_BYTES, greatestSizeOf } from "#lib/adapters/kafka/copy/encode-batch.ts";

/** GREATEST_BATCH_BYTES is a little less than Kafka's default of `max.message.bytes`, which bounds whole batches. */
export const GREATEST_BATCH_BYTES = 1_000_000;

/** PartitionQueue is what one transaction has to write to one partition, cut into batches, in order. */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** Where copies were written; what lies one behind the other is one entry. */
  readonly written: CopyTargets = [];
  /** Whether the next batch may have been written although its answer does not say so. */
  maybeWritten = false;
  /** The size of the next batch as it was sent last. */
  sentBytes = 0;
  /** Indices into the transaction's records. */
  readonly #batches: number[][];

  constructor(topic: string, partition: number, batches: number[][]) {
    this.topic = topic;
    this.partition = partition;
    this.#batches = batches;
  }

  /** The records of the next batch; null when all is written. */
  get next(): readonly number[] | null {
    return this.#batches[0] ?? null;
  }

  /** Notes that the next batch was written, and answers how many records it held. */
  acknowledge(baseOffset: bigint): number {
    const count = this.#batches.shift()?.length ?? 0;
    this.maybeWritten = false;
    const last = this.written.at(-1);
    if (last !== undefined && last.baseOffset + BigInt(last.count) === baseOffset) last.count += count;
    else this.written.push({ topic: this.topic, partition: this.partition, baseOffset, count });
    return count;
  }

  /** Takes records out of the next batch by their places in it, and answers their indices; the others go without them. */
  leaveOut(places: ReadonlySet<number>): number[] {
    const batch = this.#batches.shift() ?? [];
    const others = batch.filter((_, place) => !places.has(place));
    if (others.length > 0) this.#batches.unshift(others);
    return batch.filter((_, place) => places.has(place));
  }

  /** Cuts the next batch in two; false where it holds one record. */
  halve(): boolean {
    const [batch] = this.#batches;
    if (batch === undefined || batch.length < 2) return false;
    const middle = batch.length >> 1;
    this.#batches.splice(0, 1, batch.slice(0, middle), batch.slice(middle));
    return true;
  }
}

/**
 * queuesOf puts the records of a transaction into a queue a partition, in their order. A batch stays below its topic's
 * `limits`, bytes; a record that is larger goes alone.
 */
export function queuesOf(
  records: readonly CopyRecord[],
  limits: ReadonlyMap<string, number> = new Map(),
): PartitionQueue[] {
  const byTopic = Map.groupBy(records.keys(), (index) => records[index]?.topic ?? "");
  return [...byTopic].flatMap(([topic, ofTopic]) =>
    [...Map.groupBy(ofTopic, (index) => records[index]?.partition ?? 0)].map(
      ([partition, indices]) =>
        new PartitionQueue(
          topic,
          partition,
          batchesOf(indices, records, limits.get(topic) ?? GREATEST_BATCH_BYTES),
        ),
    ),
  );
}

function batchesOf(
  indices: readonly number[],
  records: readonly CopyRecord[],
  limitBytes: number,
): number[][] {
  const batches: number[][] = [];
  let bytes = Infinity;
  for (const index of indices) {
    const record = records[index];
    const size = record === undefined ? 0 : greatestSizeOf(record);
    bytes += size;
    if (bytes > limitBytes) {
      batches.push([]);
      bytes = BATCH_HEADER_BYTES + size;
    }
    batches.at(-1)?.push(index);
  }
  return batches;
}
