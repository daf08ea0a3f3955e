import type { SearchEvent } from "#lib/domain/records/record-search.ts";

/**
 * EventChannel hands the events of one search to its reader in order. Of progress that nobody took only the newest is
 * kept; `onTaken` hears how much of what was pushed is taken.
 */
export class EventChannel implements AsyncIterableIterator<SearchEvent, undefined> {
  readonly #onTaken: (bytes: number) => void;
  readonly #queue: { event: SearchEvent; bytes: number }[] = [];
  #ended: { reason: unknown } | "well" | null = null;
  #wake: (() => void) | null = null;

  constructor(onTaken: (bytes: number) => void) {
    this.#onTaken = onTaken;
  }

  push(event: SearchEvent, bytes: number): void {
    const last = this.#queue.at(-1);
    if (event.type === "progress" && last?.event.type === "progress") last.event = event;
    else this.#queue.push({ event, bytes });
    this.#wake?.();
  }

  /** Ends the channel behind what was pushed; with a reason its reader is thrown that. */
  end(failure?: { reason: unknown }): void {
    this.#ended ??= failure ?? "well";
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<SearchEvent, undefined>> {
    for (;;) {
      const first = this.#queue.shift();
      if (first !== undefined) {
        if (first.bytes > 0) this.#onTaken(first.bytes);
        return { done: false, value: first.event };
      }
      if (this.#ended === "well") return { done: true, value: undefined };
      if (this.#ended !== null) throw this.#ended.reason;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
