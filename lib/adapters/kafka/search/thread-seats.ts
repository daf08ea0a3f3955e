import { SearchThread, ThreadLost } from "#lib/adapters/kafka/search/search-thread.ts";
import type { ThreadStart } from "#lib/adapters/kafka/search/thread-protocol.ts";

/** Who waits for a thread. */
interface Waiter {
  seat: (thread: SearchThread) => void;
  refuse: (error: Error) => void;
  /** Hears the place in the queue, from 1, whenever it changes. */
  onPlace: (place: number) => void;
}

/** Ends a thread that had nothing to do for so long. */
const IDLE_MS = 5 * 60_000;

/**
 * ThreadSeats hands out threads: as many searches run at once as there are threads, the others wait in their order.
 * One thread more is for what takes no time, so that reading one record does not wait for searches.
 */
export class ThreadSeats {
  readonly #start: Omit<ThreadStart, "sign">;
  readonly #options: { threads: number; deadlineMs: number };
  readonly #all = new Set<SearchThread>();
  readonly #idle: { thread: SearchThread; timer: NodeJS.Timeout }[] = [];
  readonly #searches: Waiter[] = [];
  readonly #quick: Waiter[] = [];
  #searching = 0;
  #closed = false;

  constructor(start: Omit<ThreadStart, "sign">, options: { threads: number; deadlineMs: number }) {
    this.#start = start;
    this.#options = options;
  }

  /** Waits for a thread; rejects with the signal's reason, or ThreadLost when closed. Who has it must give it back. */
  take(
    kind: "search" | "quick",
    signal: AbortSignal,
    onPlace: (place: number) => void = () => undefined,
  ): Promise<SearchThread> {
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
        seat: (thread) => {
          signal.removeEventListener("abort", leave);
          resolve(thread);
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

  /** Gives a thread back, whatever became of it. */
  giveBack(kind: "search" | "quick", thread: SearchThread): void {
    if (kind === "search") this.#searching -= 1;
    if (thread.usable) {
      const timer = setTimeout(() => void thread.close(), IDLE_MS).unref();
      this.#idle.push({ thread, timer });
    } else this.#all.delete(thread);
    this.#serve();
  }

  /** Ends all threads, and refuses who waits for one. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of [...this.#quick.splice(0), ...this.#searches.splice(0)])
      waiter.refuse(new ThreadLost("closed"));
    const all = [...this.#all];
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all(all.map((thread) => thread.close()));
  }

  #serve(): void {
    for (;;) {
      const isQuick = this.#quick.length > 0;
      if (!isQuick && (this.#searches.length === 0 || this.#searching >= this.#options.threads)) return;
      const thread = this.#free();
      if (thread === null) return;
      const waiter = (isQuick ? this.#quick : this.#searches).shift();
      if (!isQuick) this.#searching += 1;
      waiter?.seat(thread);
      if (!isQuick) this.#tellPlaces();
    }
  }

  #free(): SearchThread | null {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.thread.usable) return idle.thread;
    }
    if (this.#all.size > this.#options.threads) return null;
    const thread = new SearchThread(this.#start, {
      deadlineMs: this.#options.deadlineMs,
      onLost: (lost) => {
        this.#all.delete(lost);
        this.#serve();
      },
    });
    this.#all.add(thread);
    return thread;
  }

  #tellPlaces(): void {
    for (const [index, waiter] of this.#searches.entries()) waiter.onPlace(index + 1);
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error("cancelled"));
