/** Never an offset: Kafka's begin at 0. Stays inside this file. */
const MISSING = -1n;
const FIRST_CAPACITY = 16;

/**
 * OffsetWindow keeps the newest samples of one series, offsets by partition, up to a number of samples and an age.
 * Instants rise strictly; a sample that does not is dropped. 8 bytes an offset: 40,000 partitions fit in memory.
 */
export class OffsetWindow {
  readonly #limit: number;
  #at: Float64Array;
  #offsets: BigInt64Array;
  #capacity: number;
  #partitions: number;
  #first = 0;
  #length = 0;
  #movedAt: (number | null)[] = [];

  /** `limit` is the number of samples kept. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#capacity = Math.min(FIRST_CAPACITY, limit);
    this.#partitions = 0;
    this.#at = new Float64Array(this.#capacity);
    this.#offsets = new BigInt64Array(0);
  }

  /** Samples held. */
  get length(): number {
    return this.#length;
  }

  /** Partitions of the widest sample. */
  get partitions(): number {
    return this.#partitions;
  }

  /** Appends a sample; returns whether any partition's offset differs from the one before. */
  push(at: number, offsets: readonly (bigint | null)[]): boolean {
    if (this.#length > 0 && at <= this.atOf(this.#length - 1)) return false;
    this.#reserve(offsets.length);
    const slot = this.#slotOf(this.#length);
    this.#at[slot] = at;
    let moved = false;
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      const value = offsets[partition] ?? null;
      const before = this.#length > 0 ? this.valueOf(this.#length - 1, partition) : null;
      this.#offsets[slot * this.#partitions + partition] = value ?? MISSING;
      if (value === null || before === null || value === before) continue;
      this.#movedAt[partition] = at;
      moved = true;
    }
    this.#length += 1;
    return moved;
  }

  /** The instant of the sample at `index` (0 is the oldest). */
  atOf(index: number): number {
    return this.#at[this.#slotOf(index)] ?? Number.NaN;
  }

  /** The offset of `partition` in the sample at `index`; null where there was none. */
  valueOf(index: number, partition: number): bigint | null {
    if (partition >= this.#partitions) return null;
    const value = this.#offsets[this.#slotOf(index) * this.#partitions + partition];
    return value === undefined || value === MISSING ? null : value;
  }

  /** When the offset of `partition` was last seen to differ from the sample before; null when never. */
  movedAt(partition: number): number | null {
    return this.#movedAt[partition] ?? null;
  }

  /** Takes over when partitions last moved, for samples that are no longer held. */
  recallMoves(movedAt: readonly (number | null)[]): void {
    movedAt.forEach((at, partition) => {
      if (at !== null && at > (this.#movedAt[partition] ?? 0)) this.#movedAt[partition] = at;
    });
  }

  /** The index of the oldest sample at or after `at`; {@link length} when there is none. */
  indexFrom(at: number): number {
    let index = this.#length;
    while (index > 0 && this.atOf(index - 1) >= at) index -= 1;
    return index;
  }

  #slotOf(index: number): number {
    return (this.#first + index) % this.#capacity;
  }

  /** Makes room for one more sample of `partitions` partitions. */
  #reserve(partitions: number): void {
    const wider = Math.max(this.#partitions, partitions);
    const full = this.#length === this.#capacity;
    if (full && this.#capacity === this.#limit) {
      this.#first = (this.#first + 1) % this.#capacity;
      this.#length -= 1;
    }
    const capacity =
      full && this.#capacity < this.#limit ? Math.min(this.#limit, this.#capacity * 2) : this.#capacity;
    if (wider === this.#partitions && capacity === this.#capacity) return;
    const at = new Float64Array(capacity);
    const offsets = new BigInt64Array(capacity * wider).fill(MISSING);
    for (let index = 0; index < this.#length; index += 1) {
      at[index] = this.atOf(index);
      const from = this.#slotOf(index) * this.#partitions;
      offsets.set(this.#offsets.subarray(from, from + this.#partitions), index * wider);
    }
    this.#at = at;
    this.#offsets = offsets;
    this.#capacity = capacity;
    this.#partitions = wider;
    this.#first = 0;
  }
}
