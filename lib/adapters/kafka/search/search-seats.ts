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

/**
 * SearchSeats hands out searchers, a process with a thread each: as many searches run at once as `threads` says, the others wait in their order.
 * One searcher more is for what takes no time, so that reading one record does not wait for searches.
 */
export class SearchSeats {
  readonly #start: Omit<ThreadStart, "sign">;
  readonly #options: { threads: number; deadlineMs: number };
  readonly #all = new Set<SearchProcess>();
  readonly #idle: { searcher: SearchProcess; timer: NodeJS.Timeout }[] = [];
  readonly #searches: Waiter[] = [];
  readonly #quick: Waiter[] = [];
  #searching = 0;
  #closed = false;

  constructor(start: Omit<ThreadStart, "sign">, options: { threads: number; deadlineMs: number }) {
    this.#start = start;
    this.#options = options;
  }

  /** Waits for a searcher; rejects with the signal's reason, or ThreadLost when closed. Who has it must give it back. */
  take(
    kind: "search" | "quick",
    signal: AbortSignal,
    onPlace: (place: number) => void = () => undefined,
  ): Promise<SearchProcess> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#closed) {
        reject(signal.aborted ? asError(signal.reason) : new ThreadLost("closed"));
        return;
      }
      const queue = kind === "search" ? this.#searches : this.#quick;
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
  giveBack(kind: "search" | "quick", searcher: SearchProcess): void {
    if (kind === "search") this.#searching -= 1;
    if (searcher.usable) {
      const timer = setTimeout(() => void searcher.close(), IDLE_MS).unref();
      this.#idle.push({ searcher, timer });
    } else this.#all.delete(searcher);
    this.#serve();
  }

  /** Ends all threads, and refuses who waits for one. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of [...this.#quick.splice(0), ...this.#searches.splice(0)])
      waiter.refuse(new ThreadLost("closed"));
    const all = [...this.#all];
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all(all.map((searcher) => searcher.close()));
  }

  #serve(): void {
    for (;;) {
      const isQuick = this.#quick.length > 0;
      if (!isQuick && (this.#searches.length === 0 || this.#searching >= this.#options.threads)) return;
      const searcher = this.#free();
      if (searcher === null) return;
      const waiter = (isQuick ? this.#quick : this.#searches).shift();
      if (!isQuick) this.#searching += 1;
      waiter?.seat(searcher);
      if (!isQuick) this.#tellPlaces();
    }
  }

  #free(): SearchProcess | null {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.searcher.usable) return idle.searcher;
    }
    if (this.#all.size > this.#options.threads) return null;
    const searcher = new SearchProcess(this.#start, {
      deadlineMs: this.#options.deadlineMs,
      onLost: (lost) => {
        this.#all.delete(lost);
        this.#serve();
      },
    });
    this.#all.add(searcher);
    return searcher;
  }

  #tellPlaces(): void {
    for (const [index, waiter] of this.#searches.entries()) waiter.onPlace(index + 1);
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error("cancelled"));
