import type { RawRecord } from "./raw-record.ts";

/** One record on its way through a partition's queue. */
export interface Entry {
  readonly record: RawRecord;
  /** The offset to commit once this and everything before it is done. */
  readonly nextOffset: bigint;
  state: "queued" | "running" | "done";
  /** Attempts that failed and were counted. */
  failures: number;
  /** Set when the work is over and only the dead letter remains to be sent. */
  verdict?: { error: unknown; attempts: number };
}

/**
 * The records of one partition between fetch and commit: hands them out in key order, one of a key at a time, and
 * knows the offset up to which everything is done. Knows no clock and no Kafka.
 */
export class PartitionQueue {
  readonly #entries: Entry[] = [];
  readonly #lanes = new Map<string, Entry[]>();
  readonly #ready: Entry[] = [];
  #head = 0;
  #lastSeen = -1n;
  #done = -1n;
  #committed = -1n;
  #open = 0;

  /** Records not done yet. */
  get open(): number {
    return this.#open;
  }

  /** Whether these records lie before what is committed: the group's offsets were set back. */
  isRewind(firstOffset: bigint): boolean {
    return firstOffset < this.#committed;
  }

  /**
   * Adds a fetched batch; records that are here already (a fetch repeated after a rebalance) are left out.
   * `endOffset` is where the next batch starts, past any transaction marker at the end of this one.
   */
  add(records: RawRecord[], endOffset: bigint): void {
    const last = records.at(-1);
    for (const record of records) {
      if (record.offset <= this.#lastSeen) continue;
      this.#lastSeen = record.offset;
      const nextOffset = record === last ? endOffset : record.offset + 1n;
      const entry: Entry = { record, nextOffset, state: "queued", failures: 0 };
      this.#entries.push(entry);
      this.#open++;
      this.#enterLane(entry);
    }
    const [first] = this.#entries;
    if (this.#committed < 0n && first) this.#committed = first.record.offset;
  }

  /** The next record that may start, or undefined; it is then running until put back or finished. */
  take(): Entry | undefined {
    const entry = this.#ready.shift();
    if (entry) entry.state = "running";
    return entry;
  }

  /** Returns a running record to the front, to be tried again before anything else. */
  putBack(entry: Entry): void {
    entry.state = "queued";
    this.#ready.unshift(entry);
  }

  /** Marks a running record done and lets the next of its key start. */
  finish(entry: Entry): void {
    entry.state = "done";
    this.#open--;
    this.#leaveLane(entry);
    for (let next = this.#entries[this.#head]; next?.state === "done"; next = this.#entries[this.#head]) {
      this.#done = next.nextOffset;
      this.#head++;
    }
    if (this.#head > 256 && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** The offset to commit, or undefined if nothing is done beyond what was committed. */
  committable(): bigint | undefined {
    return this.#done > this.#committed ? this.#done : undefined;
  }

  /** Notes that an offset was committed. */
  confirm(offset: bigint): void {
    if (offset > this.#committed) this.#committed = offset;
  }

  #laneOf(entry: Entry): string | undefined {
    return entry.record.key?.toString("latin1");
  }

  #enterLane(entry: Entry): void {
    const key = this.#laneOf(entry);
    const lane = key === undefined ? undefined : this.#lanes.get(key);
    if (lane) {
      lane.push(entry);
      return;
    }
    if (key !== undefined) this.#lanes.set(key, [entry]);
    this.#ready.push(entry);
  }

  #leaveLane(entry: Entry): void {
    const key = this.#laneOf(entry);
    if (key === undefined) return;
    const lane = this.#lanes.get(key) ?? [];
    lane.shift();
    const [next] = lane;
    if (next) this.#ready.push(next);
    else this.#lanes.delete(key);
  }
}
