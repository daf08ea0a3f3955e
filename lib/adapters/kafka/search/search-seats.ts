import { SearchProcess } from "#lib/adapters/kafka/search/search-process.ts";
import { ThreadLost } from "#lib/adapters/kafka/search/search-thread.ts";
import type { ThreadStart } from "#lib/adapters/kafka/search/thread-protocol.ts";

/** Who waits for a searcher. */
interface Waiter {
  seat: (searcher: SearchProcess) => void;
  refuse: (error: Error) => void;
  /** Hears the place in the queue, from 1, whenever it changes. */
  onPlace: (place: number) => void;
}

/** Ends a searcher that had nothing to do for so long. */
const IDLE_MS = 5 * 60_000;

/** How searchers run. */
interface SeatOptions {
  /** So many run at once. */
  readonly threads: number;
  readonly deadlineMs: number;
  /** Whether everything else on the machine goes before them. */
  readonly background: boolean;
}

/**
 * SearchSeats hands out searchers, a process with a thread each: as many run at once as `threads` says, the others wait
 * in their order.
 */
export class SearchSeats {
  readonly #start: Omit<ThreadStart, "sign">;
  readonly #options: SeatOptions;
  readonly #all = new Set<SearchProcess>();
  readonly #idle: { searcher: SearchProcess; timer: NodeJS.Timeout }[] = [];
  readonly #queue: Waiter[] = [];
  #closed = false;

  constructor(start: Omit<ThreadStart, "sign">, options: SeatOptions) {
    this.#start = start;
    this.#options = options;
  }

  /** Waits for a searcher; rejects with the signal's reason, or ThreadLost when closed. Who has it must give it back. */
  take(signal: AbortSignal, onPlace: (place: number) => void = () => undefined): Promise<SearchProcess> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#closed) {
        reject(signal.aborted ? asError(signal.reason) : new ThreadLost("closed"));
        return;
      }
      const queue = this.#queue;
      const leave = (): void => {
        queue.splice(queue.indexOf(waiter), 1);
        this.#tellPlaces();
        reject(asError(signal.reason));
      };
      const waiter: Waiter = {
        onPlace,
        seat: (searcher) => {
          signal.removeEventListener("abort", leave);
          resolve(searcher);
        },
        refuse: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      queue.push(waiter);
      signal.addEventListener("abort", leave, { once: true });
      this.#serve();
      if (queue.includes(waiter)) onPlace(queue.indexOf(waiter) + 1);
    });
  }

  /** Gives a searcher back, whatever became of it. */
  giveBack(searcher: SearchProcess): void {
    if (searcher.usable) {
      const timer = setTimeout(() => void searcher.close(), IDLE_MS).unref();
      this.#idle.push({ searcher, timer });
    } else this.#all.delete(searcher);
    this.#serve();
  }

  /** Ends all threads, and refuses who waits for one. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#queue.splice(0)) waiter.refuse(new ThreadLost("closed"));
    const all = [...this.#all];
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all(all.map((searcher) => searcher.close()));
  }

  #serve(): void {
    while (this.#queue.length > 0) {
      const searcher = this.#free();
      if (searcher === null) return;
      this.#queue.shift()?.seat(searcher);
      this.#tellPlaces();
    }
  }

  #free(): SearchProcess | null {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.searcher.usable) return idle.searcher;
    }
    if (this.#all.size >= this.#options.threads) return null;
    const searcher = new SearchProcess(this.#start, {
      ...this.#options,
      onLost: (lost) => {
        this.#all.delete(lost);
        this.#serve();
      },
    });
    this.#all.add(searcher);
    return searcher;
  }

  #tellPlaces(): void {
    for (const [index, waiter] of this.#queue.entries()) waiter.onPlace(index + 1);
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error("cancelled"));
