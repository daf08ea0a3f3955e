import { PartitionQueue, type Entry } from "./partition-queue.ts";
import type { RawRecord } from "./raw-record.ts";

/** Why a partition waits. */
export type HoldReason = "retry" | "unavailable" | "not-due";

/** What came of one attempt: the record is dealt with, or the partition waits and the record is tried again. */
export type Outcome =
  { kind: "done" } | { kind: "hold"; reason: HoldReason; forMs: number } | { kind: "unavailable" };

/** One partition of one topic. */
export interface Place {
  topic: string;
  partition: number;
}

/** An offset to commit. */
export interface PlaceOffset extends Place {
  offset: bigint;
}

/** What the dispatcher calls; it knows neither Kafka nor handlers. */
export interface DispatcherOptions {
  concurrency: number;
  attempt(entry: Entry, signal: AbortSignal): Promise<Outcome>;
  /** How long a record still has to wait, in ms; 0 if it is due. */
  waitOf(record: RawRecord): number;
  pause(place: Place): void;
  resume(place: Place): void;
  /** Something was finished: there may be an offset to commit. */
  onProgress(): void;
}

interface PartitionState extends Place {
  queue: PartitionQueue;
  abort: AbortController;
  running: Set<Promise<void>>;
  /** Work of an earlier assignment of this partition that has not ended yet. */
  barrier: boolean;
  outages: number;
  hold?: { reason: HoldReason; untilAt: number; timer: NodeJS.Timeout };
  paused: boolean;
}

const QUEUE_HIGH = 500;
const QUEUE_LOW = 100;
const OUTAGE_FIRST_MS = 1_000;
const OUTAGE_MAX_MS = 30_000;

/** The wait after the n-th outage in a row: 1, 2, 4 ... 30 s. */
export function outageDelayMs(outages: number): number {
  return Math.min(OUTAGE_FIRST_MS * 2 ** Math.max(0, outages - 1), OUTAGE_MAX_MS);
}

/**
 * Works through the fetched records of all assigned partitions: at most `concurrency` at once, key order kept, a
 * partition held (and paused in Kafka) while a record of it waits for its next attempt, the others going on.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #partitions = new Map<string, PartitionState>();
  #inFlight = 0;
  #stopping = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Records in work. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes over a new assignment: partitions that are no longer ours are dropped, and all where `fresh`. */
  assign(places: Place[], fresh: boolean): void {
    const wanted = new Set(places.map(keyOf));
    for (const [key, state] of [...this.#partitions]) {
      if (fresh || !wanted.has(key)) this.#drop(key, state);
    }
  }

  /** Takes in a fetched batch; see {@link PartitionQueue.add}. */
  offer(place: Place, records: RawRecord[], endOffset: bigint): void {
    const key = keyOf(place);
    let state = this.#partitions.get(key);
    const [first] = records;
    if (state && first && state.queue.isRewind(first.offset)) state = this.#drop(key, state);
    state ??= this.#create(place);
    state.queue.add(records, endOffset);
    this.#flow(state);
    this.#pump();
  }

  /** What may be committed now. */
  committable(): PlaceOffset[] {
    const offsets: PlaceOffset[] = [];
    for (const { topic, partition, queue } of this.#partitions.values()) {
      const offset = queue.committable();
      if (offset !== undefined) offsets.push({ topic, partition, offset });
    }
    return offsets;
  }

  /** Notes what was committed. */
  confirm(offsets: PlaceOffset[]): void {
    for (const place of offsets) this.#partitions.get(keyOf(place))?.queue.confirm(place.offset);
  }

  /** Starts nothing more and waits for the work in hand; after `drainMs` its signals are aborted. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    const states = [...this.#partitions.values()];
    for (const state of states) clearTimeout(state.hold?.timer);
    const running = Promise.allSettled(states.flatMap((state) => [...state.running]));
    const timer = setTimeout(() => {
      for (const state of states) state.abort.abort(new Error("The service is stopping"));
    }, drainMs);
    await running;
    clearTimeout(timer);
  }

  /** The partitions that wait, and how many records are queued. */
  status(): { held: (Place & { untilAt: number; reason: HoldReason })[]; queued: number } {
    const states = [...this.#partitions.values()];
    return {
      held: states.flatMap(({ topic, partition, hold }) =>
        hold ? [{ topic, partition, untilAt: hold.untilAt, reason: hold.reason }] : [],
      ),
      queued: states.reduce((sum, { queue }) => sum + queue.open, 0),
    };
  }

  #create(place: Place): PartitionState {
    const state: PartitionState = {
      ...place,
      queue: new PartitionQueue(),
      abort: new AbortController(),
      running: new Set(),
      barrier: false,
      outages: 0,
      paused: false,
    };
    this.#partitions.set(keyOf(place), state);
    return state;
  }

  /** Forgets a partition; its work is told to end, and a new assignment of it waits until that has happened. */
  #drop(key: string, state: PartitionState): PartitionState | undefined {
    clearTimeout(state.hold?.timer);
    delete state.hold;
    state.abort.abort(new Error("The partition is no longer assigned"));
    if (state.paused) this.#options.resume(state);
    this.#partitions.delete(key);
    if (state.running.size === 0) return undefined;
    const next = this.#create({ topic: state.topic, partition: state.partition });
    next.barrier = true;
    next.running = state.running;
    void Promise.allSettled([...state.running]).then(() => {
      next.barrier = false;
      this.#pump();
    });
    return next;
  }

  #pump(): void {
    let started = true;
    while (started && !this.#stopping) {
      started = false;
      for (const state of [...this.#partitions.values()]) {
        if (this.#inFlight >= this.#options.concurrency) return;
        started = this.#startNext(state) || started;
      }
    }
  }

  #startNext(state: PartitionState): boolean {
    if (state.hold || state.barrier) return false;
    const entry = state.queue.take();
    if (!entry) return false;
    const waitMs = this.#options.waitOf(entry.record);
    if (waitMs > 0) {
      state.queue.putBack(entry);
      this.#hold(state, "not-due", waitMs);
      return false;
    }
    const key = keyOf(state);
    this.#partitions.delete(key);
    this.#partitions.set(key, state);
    this.#inFlight++;
    const run = this.#run(state, entry).finally(() => {
      this.#inFlight--;
      state.running.delete(run);
      this.#flow(state);
      this.#pump();
    });
    state.running.add(run);
    return true;
  }

  async #run(state: PartitionState, entry: Entry): Promise<void> {
    const outcome = await this.#options.attempt(entry, state.abort.signal);
    if (state.abort.signal.aborted) return;
    if (outcome.kind === "done") {
      state.outages = 0;
      state.queue.finish(entry);
      this.#options.onProgress();
      return;
    }
    state.queue.putBack(entry);
    if (outcome.kind === "hold") {
      this.#hold(state, outcome.reason, outcome.forMs);
    } else if (!state.hold) {
      state.outages++;
      this.#hold(state, "unavailable", outageDelayMs(state.outages));
    }
  }

  /** Holds a partition; of two holds at once the later end counts. */
  #hold(state: PartitionState, reason: HoldReason, forMs: number): void {
    if (this.#stopping) return;
    const untilAt = Date.now() + forMs;
    if (state.hold && state.hold.untilAt >= untilAt) return;
    clearTimeout(state.hold?.timer);
    const timer = setTimeout(() => {
      delete state.hold;
      this.#flow(state);
      this.#pump();
    }, forMs);
    state.hold = { reason, untilAt, timer };
    this.#flow(state);
  }

  /** Pauses the partition in Kafka while it is held or its queue is full. */
  #flow(state: PartitionState): void {
    if (this.#partitions.get(keyOf(state)) !== state) return;
    const open = state.queue.open;
    if (state.hold || open >= QUEUE_HIGH) {
      state.paused = true;
      this.#options.pause(state);
    } else if (state.paused && open <= QUEUE_LOW) {
      state.paused = false;
      this.#options.resume(state);
    }
  }
}

function keyOf({ topic, partition }: Place): string {
  return `${topic}:${partition}`;
}
