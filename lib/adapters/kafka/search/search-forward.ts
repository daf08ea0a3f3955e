import type { PartitionPlan } from "#lib/adapters/kafka/scan/types.ts";
import type { RecordFields } from "#lib/adapters/kafka/search/record-fields.ts";
import type { SearchedPartition, SearchRun, Visitor } from "#lib/adapters/kafka/search/search-run.ts";
import { sizeOfShown } from "#lib/adapters/kafka/search/size-of-shown.ts";
import { TimeMerge } from "#lib/adapters/kafka/search/time-merge.ts";

/** How often records that wait for others are looked at. */
const FLUSH_MS = 250;

/**
 * ForwardSearch reads partitions from their `nextOffset` to their `toOffset` and sends what is found, partitions merged
 * by time as far as {@link TimeMerge} promises.
 */
export class ForwardSearch implements Visitor {
  readonly #run: SearchRun;
  readonly #merge = new TimeMerge();
  #flushing: Promise<void> = Promise.resolve();

  constructor(run: SearchRun) {
    this.#run = run;
  }

  /** Where a partition goes on: at the first record that was found and not sent, else behind what was read. */
  nextOf(partition: SearchedPartition): bigint {
    const waiting = this.#merge.firstWaiting(partition.key);
    return waiting !== null && waiting < partition.nextOffset ? waiting : partition.nextOffset;
  }

  /** Reads what is left of `partitions`, and sends all that was found. */
  async read(partitions: readonly SearchedPartition[]): Promise<void> {
    const plan: PartitionPlan[] = partitions.map((each) => ({ ...each, fromOffset: each.nextOffset }));
    for (const { key } of partitions) this.#merge.open(key);
    // What fails here fails every later flush too, and `read` awaits one.
    const timer = setInterval(() => void this.#flush(false).catch(() => undefined), FLUSH_MS);
    try {
      await this.#run.scan(plan, this);
    } finally {
      clearInterval(timer);
    }
    for (const { key } of partitions) this.#merge.close(key);
    await this.#flush(true);
  }

  async onHit(fields: RecordFields, { key }: SearchedPartition): Promise<void> {
    const record = await this.#run.show(fields);
    this.#merge.add(key, { record, size: sizeOfShown(record), nowMs: performance.now() });
    await this.#flush(false);
  }

  async onLooked({ key }: SearchedPartition, at: { last: number | null }): Promise<void> {
    if (at.last === null) return;
    this.#merge.reach(key, at.last);
    await this.#flush(false);
  }

  onPosition(partition: SearchedPartition, nextOffset: bigint): void {
    if (nextOffset > partition.nextOffset) partition.nextOffset = nextOffset;
    if (nextOffset >= partition.toOffset) this.#merge.close(partition.key);
  }

  /** One flush at a time, so that order and the reader's pace are kept. */
  #flush(all: boolean): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flushNow(all));
    return this.#flushing;
  }

  async #flushNow(all: boolean): Promise<void> {
    while (this.#run.ended === null) {
      const record = this.#merge.next(performance.now(), all);
      if (record === null) return;
      await this.#run.found(record);
    }
  }
}
