import { ApiError } from "#lib/client/call.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";
import type {
  RecordSearch,
  SearchEndReason,
  SearchEvent,
  SearchProgress,
} from "#lib/domain/records/record-search.ts";

/** How a search stands. `asking` until the first word, `queued` while others run. */
type SearchState = "idle" | "asking" | "queued" | "running" | "ended" | "failed";

/** What a page shows of a search. */
export interface SearchView {
  state: SearchState;
  /** Searches before this one; while queued. */
  place: number;
  /** In the order found; a live one has the newest first. */
  records: readonly ShownRecord[];
  /** Records that came while paused, and wait. */
  waiting: number;
  paused: boolean;
  /** Found by a live search and not shown any more: the oldest go. */
  dropped: number;
  progress: SearchProgress | null;
  /** Of the runs before this one of the same question, which the progress does not count. */
  before: { records: number; bytes: number; elapsedMs: number };
  end: { reason: SearchEndReason; sentence: string | null; token: string | null } | null;
  error: Error | null;
}

/** Opens the stream of a search; leaving it ends the search. */
export type OpenSearch = (search: RecordSearch, signal: AbortSignal) => AsyncIterable<SearchEvent>;

/** A live search shows this many records; older ones go. */
export const MOST_LIVE_RECORDS = 1_000;
/** The view changes at most this often. */
const FLUSH_MS = 120;

const NOTHING: SearchView = {
  state: "idle",
  place: 0,
  records: [],
  waiting: 0,
  paused: false,
  dropped: 0,
  progress: null,
  before: { records: 0, bytes: 0, elapsedMs: 0 },
  end: null,
  error: null,
};

/**
 * SearchRunner runs one search at a time and keeps what is shown of it: a store for useSyncExternalStore. A new start
 * ends what ran.
 */
export class SearchRunner {
  readonly #open: OpenSearch;
  readonly #listeners = new Set<() => void>();
  #view: SearchView = NOTHING;
  #search: RecordSearch | null = null;
  #run: AbortController | null = null;
  #held: ShownRecord[] = [];
  #found: ShownRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(open: OpenSearch) {
    this.#open = open;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): SearchView => this.#view;

  /** Begins a search and forgets the last one. */
  start(search: RecordSearch): void {
    this.#abort();
    this.#search = search;
    this.#held = [];
    this.#found = [];
    this.#change({ ...NOTHING, state: "asking" });
    void this.#follow(search);
  }

  /** Goes on where the search ended; nothing where it cannot. */
  goOn(): void {
    const { end, progress, before } = this.#view;
    if (this.#search === null || end === null || end.token === null) return;
    const sum = {
      records: before.records + (progress?.records ?? 0),
      bytes: before.bytes + (progress?.bytes ?? 0),
      elapsedMs: before.elapsedMs + (progress?.elapsedMs ?? 0),
    };
    this.#change({ ...this.#view, state: "asking", end: null, error: null, progress: null, before: sum });
    void this.#follow({ ...this.#search, token: end.token });
  }

  /** Ends the search; what was found stays. */
  stop(): void {
    const { state } = this.#view;
    if (state !== "asking" && state !== "queued" && state !== "running") return;
    this.#abort();
    this.#flush();
    this.#change({
      ...this.#view,
      state: "ended",
      end: { reason: "cancelled", sentence: null, token: null },
    });
  }

  /** Ends the search and forgets it. */
  clear(): void {
    this.#abort();
    this.#search = null;
    this.#change(NOTHING);
  }

  /** Holds back what comes, or shows it. */
  pause(paused: boolean): void {
    this.#change({ ...this.#view, paused });
    if (!paused) this.#flush();
  }

  #abort(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #follow(search: RecordSearch): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    let ended = false;
    try {
      for await (const event of this.#open(search, run.signal)) {
        if (run.signal.aborted) return;
        this.#take(event);
        ended ||= event.type === "end";
      }
      if (!run.signal.aborted && !ended) throw brokenOff();
    } catch (error) {
      if (run.signal.aborted) return;
      this.#flush();
      this.#change({ ...this.#view, state: "failed", error: error instanceof Error ? error : brokenOff() });
    }
  }

  #take(event: SearchEvent): void {
    switch (event.type) {
      case "record":
        this.#found.push(event.record);
        this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
        return;
      case "progress":
        if (event.state === "queued") this.#change({ ...this.#view, state: "queued", place: event.place });
        else this.#change({ ...this.#view, state: "running", progress: progressOf(event) });
        return;
      case "end":
        this.#end(event);
    }
  }

  #end(event: Extract<SearchEvent, { type: "end" }>): void {
    const { reason, sentence, token } = event;
    this.#flush();
    this.#change({
      ...this.#view,
      state: "ended",
      progress: progressOf(event),
      end: { reason, sentence, token },
    });
    // Somebody who looks on sees a live search go on over the limits of one call.
    if (
      this.#isLive() &&
      token !== null &&
      (reason === "seconds" || reason === "hits" || reason === "records")
    )
      this.goOn();
  }

  #isLive(): boolean {
    return this.#search?.start.kind === "live";
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { paused, records, dropped } = this.#view;
    this.#held.push(...this.#found.splice(0));
    const over = this.#isLive() ? Math.max(0, this.#held.length - MOST_LIVE_RECORDS) : 0;
    if (over > 0) this.#held.splice(0, over);
    if (paused) {
      this.#change({ ...this.#view, waiting: this.#held.length, dropped: dropped + over });
      return;
    }
    const fresh = this.#held.splice(0);
    if (fresh.length === 0 && this.#view.waiting === 0) return;
    const all = this.#isLive() ? [...fresh.toReversed(), ...records] : [...records, ...fresh];
    const gone = this.#isLive() ? Math.max(0, all.length - MOST_LIVE_RECORDS) : 0;
    this.#change({
      ...this.#view,
      waiting: 0,
      records: gone > 0 ? all.slice(0, MOST_LIVE_RECORDS) : all,
      dropped: dropped + over + gone,
    });
  }

  #change(view: SearchView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

function progressOf(event: SearchProgress): SearchProgress {
  const { hits, records, bytes, elapsedMs, recordRate, partitions } = event;
  return { hits, records, bytes, elapsedMs, recordRate, partitions };
}

const brokenOff = (): ApiError =>
  new ApiError({
    code: "network_failed",
    status: 0,
    detail: "The connection to the console broke before the search ended. What was found stands below.",
  });
