import type { ShownRecord } from "#lib/domain/records/record.ts";

/** Records of one partition that wait for those of others. */
interface Lane {
  waiting: { record: ShownRecord; sinceMs: number; size: number }[];
  /** No record that still comes is older than this, as far as was read; null before the first. */
  reachedAt: number | null;
  open: boolean;
}

/** How long a record waits for partitions that lag behind, and how many may wait. */
const HOLD_MS = 500;
const MOST_WAITING = 1_000;
const MOST_WAITING_SIZE = 16 * 1024 * 1024;

/**
 * TimeMerge puts found records of several partitions in the order of their times as they are read forward, each
 * partition's in the order of its offsets. A record waits until every other partition has been read past its time, half
 * a second at most: so records come in order as far as what was fetched meanwhile reaches.
 */
export class TimeMerge {
  readonly #lanes = new Map<string, Lane>();
  #count = 0;
  #size = 0;

  /** Names a partition before it is read. */
  open(lane: string): void {
    this.#lane(lane).open = true;
  }

  /** Says that a partition is read to its end. */
  close(lane: string): void {
    this.#lane(lane).open = false;
  }

  /** Says that a partition was read up to a record of this time, epoch ms. */
  reach(lane: string, at: number): void {
    const each = this.#lane(lane);
    each.reachedAt = Math.max(each.reachedAt ?? at, at);
  }

  add(lane: string, { record, size, nowMs }: { record: ShownRecord; size: number; nowMs: number }): void {
    this.#lane(lane).waiting.push({ record, sinceMs: nowMs, size });
    this.#count += 1;
    this.#size += size;
  }

  /** The next record in order; null where one must wait. `all` lets none wait. */
  next(nowMs: number, all = false): ShownRecord | null {
    let first: { lane: Lane; at: number } | null = null;
    for (const lane of this.#lanes.values()) {
      const head = lane.waiting[0];
      const at = head?.record.at ?? 0;
      if (head !== undefined && (first === null || at < first.at)) first = { lane, at };
    }
    const head = first?.lane.waiting[0];
    if (first === null || head === undefined) return null;
    const must = all || this.#count > MOST_WAITING || this.#size > MOST_WAITING_SIZE;
    if (!must && nowMs - head.sinceMs < HOLD_MS && this.#mayBeOlder(first.lane, first.at)) return null;
    first.lane.waiting.shift();
    this.#count -= 1;
    this.#size -= head.size;
    return head.record;
  }

  /** The offset of a partition's first record that waits; null where none does. */
  firstWaiting(lane: string): bigint | null {
    return this.#lane(lane).waiting[0]?.record.offset ?? null;
  }

  #mayBeOlder(than: Lane, at: number): boolean {
    for (const lane of this.#lanes.values()) {
      if (lane === than || !lane.open || lane.waiting.length > 0) continue;
      if (lane.reachedAt === null || lane.reachedAt < at) return true;
    }
    return false;
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane: Lane = { waiting: [], reachedAt: null, open: false };
    this.#lanes.set(name, lane);
    return lane;
  }
}
