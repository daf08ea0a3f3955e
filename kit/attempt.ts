import { deadLetterOf, pointerOf, retryCopyOf } from "./dead-letter.ts";
import type { Outcome } from "./dispatcher.ts";
import type { ErrorClass } from "./error-class.ts";
import type { Failpoints } from "./failpoints.ts";
import type { Handler } from "./handler.ts";
import type { KitLog } from "./log.ts";
import type { Entry } from "./partition-queue.ts";
import { errorCodeOf, PublishError } from "./publish-error.ts";
import { earlierAttempts, toMessage, type RawRecord } from "./raw-record.ts";
import type { Sender } from "./sender.ts";
import { deadLetterTopic, retryTopic } from "./topic-names.ts";

/** Attempts in all before a retryable failure is a dead letter. */
export const MAX_ATTEMPTS = 3;

/** The wait before attempt 2 and before attempt 3; retry level n waits the n-th. */
export const RETRY_DELAYS_MS = [1_000, 2_000] as const;

/** Where a topic's records belong: their handler, the source topic of their chain, and the retry level (0: none). */
export interface Route {
  handler: Handler;
  baseTopic: string;
  level: number;
}

/** What was done with records since start. */
export interface Counters {
  processed: number;
  retried: number;
  deadLettered: number;
}

/** What an attempt needs; `group` is the parent's name, also in a reader group. */
export interface AttemptOptions {
  group: string;
  routes: ReadonlyMap<string, Route>;
  classify: (error: unknown) => ErrorClass;
  retryTopics: boolean;
  sender: Sender;
  failpoints: Failpoints;
  log: KitLog;
  counters: Counters;
}

const TOO_LARGE = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);

/** Works on one record: runs its handler and decides, by the class of a failure, what becomes of it. Never throws. */
export class Attempts {
  readonly #options: AttemptOptions;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** One attempt; the outcome tells the dispatcher whether the record is dealt with. */
  async run(entry: Entry, signal: AbortSignal): Promise<Outcome> {
    const { routes, failpoints, counters } = this.#options;
    const route = routes.get(entry.record.topic);
    if (!route) return this.#bury(entry, { error: new Error("No handler"), attempts: 0 }, entry.record.topic);
    if (entry.verdict) return this.#bury(entry, entry.verdict, route.baseTopic);
    const attempt = (route.level > 0 ? earlierAttempts(entry.record) : 0) + entry.failures + 1;
    try {
      const message = toMessage(entry.record, { baseTopic: route.baseTopic, attempt });
      await route.handler.run(message, { signal, value: entry.record.value });
    } catch (error) {
      if (signal.aborted) return { kind: "unavailable" };
      return this.#fail(entry, { error, attempts: attempt }, route.baseTopic);
    }
    await failpoints.hit("after-work-before-commit");
    counters.processed++;
    return { kind: "done" };
  }

  #classOf(error: unknown): ErrorClass {
    try {
      return this.#options.classify(error);
    } catch (cause) {
      this.#options.log.error({ error: nameOf(cause) }, "classify threw; the failure counts as retryable");
      return "retryable";
    }
  }

  async #fail(
    entry: Entry,
    failure: { error: unknown; attempts: number },
    baseTopic: string,
  ): Promise<Outcome> {
    const { log, counters, retryTopics } = this.#options;
    const errorClass = this.#classOf(failure.error);
    const fields = {
      ...placeOf(entry.record),
      attempt: failure.attempts,
      error: nameOf(failure.error),
      code: errorCodeOf(failure.error),
      errorClass,
    };
    if (errorClass === "unavailable") {
      log.warn(fields, "Something the handler needs is unavailable; the partition waits");
      return { kind: "unavailable" };
    }
    if (errorClass === "retryable" && failure.attempts < MAX_ATTEMPTS) {
      log.warn(fields, "An attempt failed; it is tried again");
      if (retryTopics) return this.#postpone(entry, failure, baseTopic);
      entry.failures++;
      counters.retried++;
      return { kind: "hold", reason: "retry", forMs: RETRY_DELAYS_MS[failure.attempts - 1] ?? 0 };
    }
    log.warn(fields, "A record goes to the dead letters");
    entry.verdict = failure;
    return this.#bury(entry, failure, baseTopic);
  }

  /** Moves the record to the group's next retry topic; one that cannot be copied is a dead letter. */
  async #postpone(
    entry: Entry,
    failure: { error: unknown; attempts: number },
    baseTopic: string,
  ): Promise<Outcome> {
    const { sender, group, counters } = this.#options;
    const topic = retryTopic(baseTopic, group, failure.attempts);
    try {
      await sender.send(topic, retryCopyOf(entry.record, failure.attempts));
    } catch (error) {
      if (!(error instanceof PublishError) || !TOO_LARGE.has(error.code)) return this.#unsent(entry, error);
      entry.verdict = failure;
      return this.#bury(entry, failure, baseTopic);
    }
    counters.retried++;
    return { kind: "done" };
  }

  /** Writes the dead letter, acknowledged, before the record may be committed; until then the partition waits. */
  async #bury(
    entry: Entry,
    failure: { error: unknown; attempts: number },
    baseTopic: string,
  ): Promise<Outcome> {
    const { sender, group, counters } = this.#options;
    const topic = deadLetterTopic(baseTopic);
    const letter = deadLetterOf(entry.record, { ...failure, group, failedAt: Date.now() });
    try {
      try {
        await sender.send(topic, letter);
      } catch (error) {
        if (!(error instanceof PublishError) || !TOO_LARGE.has(error.code)) throw error;
        await sender.send(topic, pointerOf(letter));
      }
    } catch (error) {
      return this.#unsent(entry, error);
    }
    counters.deadLettered++;
    return { kind: "done" };
  }

  #unsent(entry: Entry, error: unknown): Outcome {
    const code = error instanceof PublishError ? error.code : nameOf(error);
    this.#options.log.error(
      { ...placeOf(entry.record), code },
      "A copy could not be written; the partition waits",
    );
    return { kind: "unavailable" };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function placeOf({ topic, partition, offset }: RawRecord): {
  topic: string;
  partition: number;
  offset: string;
} {
  return { topic, partition, offset: offset.toString() };
}
