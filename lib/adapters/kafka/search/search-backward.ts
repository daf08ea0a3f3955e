import type { RecordFields } from "#lib/adapters/kafka/search/record-fields.ts";
import type { SearchedPartition, SearchRun, Visitor } from "#lib/adapters/kafka/search/search-run.ts";
import { sizeOfShown } from "#lib/adapters/kafka/search/size-of-shown.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

/** The records found in one window of a partition, the oldest first, and where the window lies. */
interface Window {
  partition: SearchedPartition;
  low: bigint;
  high: bigint;
  reached: bigint;
  found: ShownRecord[];
  foundSize: number;
  /** Below it are records that were found and not kept: the next window begins there. */
  dropped: bigint | null;
  /** The time of the window's first record; null where none was cut. */
  oldestAt: number | null;
}

/** What a partition still has to send, the newest first, and how far back it was read. */
interface Lane {
  held: ShownRecord[];
  oldestAt: number | null;
}

/** Offsets of a partition's first window at least, and of any at most; of all windows of a round at most. */
const LEAST_WINDOW = 10;
const GREATEST_WINDOW = 100_000;
const GREATEST_ROUND = 500_000;
/** Text of found records that one window may hold. */
const WINDOW_SIZE = 16 * 1024 * 1024;

/**
 * BackwardSearch reads the last offsets of each partition, then as many again and more, and sends what is found newest
 * first. Partitions are merged by time within what one round of windows read; a record that is older than what another
 * partition was read back to waits one round.
 */
export class BackwardSearch implements Visitor {
  readonly #run: SearchRun;
  readonly #lanes = new Map<string, Lane>();
  #windows = new Map<string, Window>();

  constructor(run: SearchRun) {
    this.#run = run;
  }

  /** Where a partition goes on, downward: above the first record that was found and not sent. */
  nextOf(partition: SearchedPartition): bigint {
    const waiting = this.#lanes.get(partition.key)?.held[0];
    return waiting === undefined ? partition.nextOffset : waiting.offset + 1n;
  }

  /** Reads back until the starts of the partitions, or until the search ends. */
  async read(partitions: readonly SearchedPartition[]): Promise<void> {
    for (const { key } of partitions) this.#lanes.set(key, { held: [], oldestAt: null });
    let size = Math.max(
      LEAST_WINDOW,
      Math.ceil(this.#run.question.limits.hits / Math.max(1, partitions.length)),
    );
    for (;;) {
      const open = partitions.filter((each) => !each.closed && each.nextOffset > each.fromOffset);
      if (open.length === 0 || this.#run.ended !== null) break;
      await this.#readRound(open, Math.min(size, GREATEST_WINDOW, Math.ceil(GREATEST_ROUND / open.length)));
      size *= 2;
    }
    // What was found before the limit is told; what a cancelled search found is not waited for.
    if (this.#run.ended !== "cancelled") await this.#send(true);
  }

  async #readRound(open: readonly SearchedPartition[], size: number): Promise<void> {
    this.#windows = new Map(open.map((partition) => [partition.key, windowOf(partition, BigInt(size))]));
    const waited = new Set([...this.#lanes].filter(([, lane]) => lane.held.length > 0).map(([key]) => key));
    const plan = [...this.#windows.values()].map(({ partition, low, high }) => ({
      ...partition,
      fromOffset: low,
      toOffset: high,
    }));
    await this.#run.scan(plan, this);
    for (const [key, window] of this.#windows) {
      const lane = this.#lanes.get(key);
      // A window that was not read to its end has newer records than those found in it: it is read again.
      if (lane === undefined || window.reached < window.high) continue;
      lane.held.push(...window.found.toReversed());
      lane.oldestAt = window.oldestAt ?? lane.oldestAt;
      window.partition.nextOffset = window.dropped ?? window.low;
    }
    if (this.#run.ended === null) await this.#send(false, waited);
  }

  async onHit(fields: RecordFields, { key }: SearchedPartition): Promise<void> {
    const window = this.#windows.get(key);
    if (window === undefined) return;
    const record = await this.#run.show(fields);
    window.found.push(record);
    window.foundSize += sizeOfShown(record);
    const most = this.#run.question.limits.hits - this.#run.hits;
    while (window.found.length > most || (window.foundSize > WINDOW_SIZE && window.found.length > 1)) {
      const oldest = window.found.shift();
      if (oldest === undefined) break;
      window.foundSize -= sizeOfShown(oldest);
      window.dropped = oldest.offset + 1n;
    }
  }

  onLooked({ key }: SearchedPartition, at: { first: number | null }): Promise<void> {
    const window = this.#windows.get(key);
    if (window !== undefined) window.oldestAt ??= at.first;
    return Promise.resolve();
  }

  onPosition({ key }: SearchedPartition, nextOffset: bigint): void {
    const window = this.#windows.get(key);
    if (window !== undefined && nextOffset > window.reached) window.reached = nextOffset;
  }

  /** Sends what is known to be in order, what waited for a round already, or `all`. */
  async #send(all: boolean, waited: ReadonlySet<string> = new Set()): Promise<void> {
    while (this.#run.hits < this.#run.question.limits.hits && this.#run.ended !== "cancelled") {
      const first = this.#newest();
      const record = first?.[1].held[0];
      if (first === null || record === undefined) return;
      const [key, lane] = first;
      if (!all && !waited.has(key) && this.#mayBeNewer(lane, record.at ?? 0)) return;
      lane.held.shift();
      await this.#run.found(record);
    }
  }

  #newest(): [string, Lane] | null {
    let newest: [string, Lane] | null = null;
    for (const entry of this.#lanes) {
      const [head, best] = [entry[1].held[0], newest?.[1].held[0]];
      if (head !== undefined && (best === undefined || (head.at ?? 0) > (best.at ?? 0))) newest = entry;
    }
    return newest;
  }

  /** Whether a partition that is not read to its start may hold a record that is newer. */
  #mayBeNewer(than: Lane, at: number): boolean {
    for (const partition of this.#run.partitions.values()) {
      const lane = this.#lanes.get(partition.key);
      const isDone = partition.closed || partition.nextOffset <= partition.fromOffset;
      if (lane === undefined || lane === than || isDone || lane.held.length > 0) continue;
      if (lane.oldestAt === null || lane.oldestAt > at) return true;
    }
    return false;
  }
}

function windowOf(partition: SearchedPartition, size: bigint): Window {
  const high = partition.nextOffset;
  const low = high - size > partition.fromOffset ? high - size : partition.fromOffset;
  const empty = { found: [], foundSize: 0, dropped: null, oldestAt: null };
  return { partition, low, high, reached: low, ...empty };
}
