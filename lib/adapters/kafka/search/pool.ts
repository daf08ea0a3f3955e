import type { LinkOptions } from "#lib/adapters/kafka/broker-link.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { EventChannel } from "#lib/adapters/kafka/search/event-channel.ts";
import type { SearchProcess } from "#lib/adapters/kafka/search/search-process.ts";
import { SearchSeats } from "#lib/adapters/kafka/search/search-seats.ts";
import { ThreadLost, ThreadStuck } from "#lib/adapters/kafka/search/search-thread.ts";
import type { Job, JobAnswers } from "#lib/adapters/kafka/search/thread-protocol.ts";
import type { ClusterRecords, SearchOptions } from "#lib/adapters/kafka/search/types.ts";
import { maskError, maskOfTopic } from "#lib/domain/records/masking.ts";
import type {
  RecordSearch,
  SearchEndReason,
  SearchEvent,
  SearchProgress,
} from "#lib/domain/records/record-search.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** How to reach the cluster, and how its searches run. Holds secrets: never logged. */
export interface SearchPoolOptions extends SearchOptions {
  readonly bootstrap: readonly string[];
  readonly link: LinkOptions;
  /** How long a search may be at one record without a sign before its thread is ended, ms. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 2_000;
/** Processes for what takes no time, so that reading one record does not wait for searches. */
const QUICK = 2;
const NOTHING_YET: SearchProgress = {
  hits: 0,
  records: 0,
  bytes: 0,
  elapsedMs: 0,
  recordRate: 0,
  partitions: [],
};

/** openSearchPool makes the {@link ClusterRecords} of a cluster; threads start when they are first needed. */
export function openSearchPool(options: SearchPoolOptions): ClusterRecords {
  const { bootstrap, link, masking, schemaRegistry, threads } = options;
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const start = { bootstrap, link, masking, schemaRegistry };
  const seats: Seats = {
    search: new SearchSeats(start, { threads, deadlineMs, background: true }),
    quick: new SearchSeats(start, { threads: QUICK, deadlineMs, background: false }),
  };
  return {
    search: (question, { signal }) => search(seats, question, signal),
    read: (at, { keyDecoder, valueDecoder, signal }) =>
      ask(seats, { kind: "read", at, keyDecoder, valueDecoder }, signal),
    tryFilter: (at, { keyDecoder, valueDecoder, terms, signal }) =>
      ask(seats, { kind: "try", at, terms, keyDecoder, valueDecoder }, signal),
    maskError: (topic, text) => maskError(masking, topic, text),
    maskOf: (topic) => maskOfTopic(masking, topic),
    async close() {
      await Promise.all([seats.search.close(), seats.quick.close()]);
    },
  };
}

/** Searches run behind everything else on the machine; checking one and reading one record do not. */
interface Seats {
  readonly search: SearchSeats;
  readonly quick: SearchSeats;
}

/** Asks a thread for something that takes no time. */
async function ask<J extends Job>(
  { quick }: Seats,
  job: J,
  signal: AbortSignal,
): Promise<JobAnswers[J["kind"]]> {
  let thread: SearchProcess | null = null;
  const cancel = (): void => thread?.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    thread = await quick.take(signal);
    return await thread.run(job);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ThreadStuck)
      throw new SearchRefused(
        "filter_invalid",
        "The conditions take too long to be answered for one record.",
      );
    if (error instanceof ThreadLost) throw new KafkaError("unknown", whyLost(error), error);
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    if (thread !== null) quick.giveBack(thread);
  }
}

const whyLost = ({ why }: ThreadLost): string =>
  why === "memory"
    ? "It needed more memory than a search may use."
    : "The thread that read the records ended.";

async function* search(
  seats: Seats,
  question: RecordSearch,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent, void> {
  await ask(seats, { kind: "check", question }, signal);
  const leaving = new AbortController();
  const run = new PooledSearch(seats.search, question, AbortSignal.any([signal, leaving.signal]));
  const running = run.run();
  try {
    yield* run.events;
  } finally {
    leaving.abort();
    await running;
  }
}

/** PooledSearch is one search from its place in the queue to its last event. */
class PooledSearch {
  readonly events: EventChannel;
  readonly #seats: SearchSeats;
  readonly #question: RecordSearch;
  readonly #signal: AbortSignal;
  #thread: SearchProcess | null = null;
  #last: SearchProgress = NOTHING_YET;
  #hits = 0;
  #ended = false;

  constructor(seats: SearchSeats, question: RecordSearch, signal: AbortSignal) {
    this.#seats = seats;
    this.#question = question;
    this.#signal = signal;
    this.events = new EventChannel((bytes) => this.#thread?.credit(bytes));
  }

  /** Runs the search; its failures are its last event. */
  async run(): Promise<void> {
    const cancel = (): void => this.#thread?.cancel();
    this.#signal.addEventListener("abort", cancel, { once: true });
    try {
      this.#thread = await this.#seats.take(this.#signal, (place) => {
        this.#hear({ type: "progress", state: "queued", place }, 0);
      });
      if (this.#signal.aborted) this.#end("cancelled", null);
      else
        await this.#thread.run({ kind: "search", question: this.#question }, (event, bytes) =>
          this.#hear(event, bytes),
        );
    } catch (error) {
      this.#endBy(error);
    } finally {
      this.#signal.removeEventListener("abort", cancel);
      if (this.#thread !== null) this.#seats.giveBack(this.#thread);
      this.#thread = null;
      this.events.end();
    }
  }

  #hear(event: SearchEvent, bytes: number): void {
    if (event.type === "record") this.#hits += 1;
    else if (event.type === "end") this.#ended = true;
    else if (event.state === "running") this.#last = event;
    this.events.push(event, bytes);
  }

  #endBy(error: unknown): void {
    if (this.#signal.aborted) this.#end("cancelled", null);
    else if (error instanceof ThreadStuck) this.#end("deadline", this.#whyStuck(error));
    else if (error instanceof ThreadLost)
      this.#end(error.why === "closed" ? "cancelled" : "failed", whyLost(error));
    else this.#end("failed", error instanceof Error ? error.message : "The search failed.");
  }

  #whyStuck({ record: { topic, partition, offset } }: ThreadStuck): string {
    const at =
      offset < 0n
        ? ""
        : ` (topic ${this.#question.topics[topic] ?? ""}, partition ${partition}, offset ${offset})`;
    return `A condition took too long at one record${at}, so the search was ended: make the condition simpler.`;
  }

  /** The last event of a search whose thread cannot tell it. It cannot be continued: it would come to the same record. */
  #end(reason: SearchEndReason, sentence: string | null): void {
    if (this.#ended) return;
    const { hits, records, bytes, elapsedMs, partitions } = this.#last;
    const progress = {
      hits: Math.max(hits, this.#hits),
      records,
      bytes,
      elapsedMs,
      recordRate: 0,
      partitions,
    };
    this.#hear({ type: "end", reason, sentence, token: null, ...progress }, 0);
  }
}
