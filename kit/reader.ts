import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from "kafkajs";
import { RETRY_DELAYS_MS, type Attempts, type Route } from "./attempt.ts";
import { Dispatcher, type HoldReason, type Place, type PlaceOffset } from "./dispatcher.ts";
import type { Failpoints } from "./failpoints.ts";
import type { KitLog } from "./log.ts";
import { rawRecord, type RawRecord } from "./raw-record.ts";
import { errorCodeOf } from "./publish-error.ts";

/** One reader of a consumer: its group and what it is doing. */
export interface ReaderStatus {
  group: string;
  state: "stopped" | "joining" | "running" | "failed";
  assigned: Place[];
  /** Partitions that wait after a failure, and until when (epoch ms). */
  held: (Place & { untilAt: number; reason: HoldReason })[];
  /** Records in work. */
  inFlight: number;
  /** Records fetched and not done. */
  queued: number;
}

/** What a reader needs: its own Kafka group and the routes of the topics it reads. */
export interface ReaderOptions {
  kafka: Kafka;
  groupId: string;
  routes: ReadonlyMap<string, Route>;
  attempts: Attempts;
  concurrency: number;
  failpoints: Failpoints;
  log: KitLog;
}

const COMMIT_EVERY_MS = 200;
const DRAIN_MS = 10_000;
const RELAUNCH_MAX_MS = 30_000;

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * One kafkajs consumer with manual commits. Its fetch loop only hands records over and heartbeats, so slow work in one
 * partition neither ends the session nor keeps other partitions waiting; what is done is committed every 200 ms.
 */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #dispatcher: Dispatcher;
  #consumer: Consumer | undefined;
  #memberId = "";
  #assigned: Place[] = [];
  #state: ReaderStatus["state"] = "stopped";
  #stopping = false;
  #launches = 0;
  #relaunch: NodeJS.Timeout | undefined;
  #launching: Promise<void> | undefined;
  #committing: Promise<void> | undefined;
  #commits: Promise<void> = Promise.resolve();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#dispatcher = new Dispatcher({
      concurrency: options.concurrency,
      attempt: (entry, signal) => options.attempts.run(entry, signal),
      waitOf: (record) => this.#waitOf(record),
      pause: ({ topic, partition }) => {
        this.#steer(() => this.#consumer?.pause([{ topic, partitions: [partition] }]));
      },
      resume: ({ topic, partition }) => {
        this.#steer(() => this.#consumer?.resume([{ topic, partitions: [partition] }]));
      },
      onProgress: () => {
        this.#committing ??= this.#commitSoon();
      },
    });
  }

  /** The topics it reads. */
  get topics(): string[] {
    return [...this.#options.routes.keys()];
  }

  /** Joins the group; rejects if Kafka cannot be reached. Later failures are mended with back-off. */
  async start(): Promise<void> {
    this.#stopping = false;
    await this.#launch();
  }

  /** Finishes the work in hand, commits it and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#relaunch);
    await this.#launching?.catch(() => undefined);
    await this.#dispatcher.stop(DRAIN_MS);
    await this.#committing;
    await this.#commit();
    await this.#close();
    this.#state = "stopped";
    this.#assigned = [];
  }

  status(): ReaderStatus {
    const { held, queued } = this.#dispatcher.status();
    const { groupId: group } = this.#options;
    const inFlight = this.#dispatcher.inFlight;
    return { group, state: this.#state, assigned: this.#assigned, held, inFlight, queued };
  }

  /** A retry copy is due its level's delay after its own timestamp. */
  #waitOf(record: RawRecord): number {
    const level = this.#options.routes.get(record.topic)?.level ?? 0;
    const delayMs = level === 0 ? 0 : (RETRY_DELAYS_MS[level - 1] ?? 0);
    return delayMs === 0 ? 0 : Math.max(0, record.timestampAt + delayMs - Date.now());
  }

  /** kafkajs refuses to pause or resume between two runs; the dispatcher says it again when records come. */
  #steer(order: () => void): void {
    try {
      order();
    } catch (error) {
      this.#options.log.debug(
        { group: this.#options.groupId, code: errorCodeOf(error) },
        "Not running: not steered",
      );
    }
  }

  async #launch(): Promise<void> {
    const { kafka, groupId, routes } = this.#options;
    this.#state = "joining";
    this.#memberId = "";
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: 10_000,
      heartbeatInterval: 3_000,
      maxWaitTimeInMs: 250,
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    });
    this.#consumer = consumer;
    this.#listen(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [...routes.keys()], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => {
        this.#take(payload);
        return Promise.resolve();
      },
    });
  }

  #listen(consumer: Consumer): void {
    const { log, failpoints, groupId } = this.#options;
    consumer.on(consumer.events.GROUP_JOIN, (event) => {
      this.#joined(event);
    });
    consumer.on(consumer.events.REBALANCING, () => {
      void this.#commit();
      const hit = failpoints.hit("in-rebalance");
      if (hit) hit.catch((error: unknown) => log.error({ code: errorCodeOf(error) }, "A failpoint failed"));
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (this.#stopping || this.#consumer !== consumer) return;
      this.#state = "failed";
      if (payload.restart) return;
      log.error(
        { group: groupId, code: errorCodeOf(payload.error) },
        "The consumer ended; it is started again",
      );
      this.#launchLater();
    });
  }

  #launchLater(): void {
    this.#state = "failed";
    const waitMs = Math.min(1_000 * 2 ** this.#launches++, RELAUNCH_MAX_MS);
    clearTimeout(this.#relaunch);
    this.#relaunch = setTimeout(() => {
      this.#launching = this.#relaunchNow();
    }, waitMs);
  }

  async #relaunchNow(): Promise<void> {
    try {
      await this.#close();
      await this.#launch();
    } catch (error) {
      const fields = { group: this.#options.groupId, code: errorCodeOf(error) };
      this.#options.log.warn(fields, "The consumer could not start; it tries again");
      if (!this.#stopping) this.#launchLater();
    }
  }

  /** The same member id means that no other member owned what we keep; with a new one all work is fetched again. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    const fresh = payload.memberId !== this.#memberId;
    this.#memberId = payload.memberId;
    this.#assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    this.#state = "running";
    this.#launches = 0;
    this.#dispatcher.assign(this.#assigned, fresh);
  }

  #take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const { topic, partition, messages } = batch;
    const last = messages.at(-1);
    if (!last || this.#stopping) return;
    const records = messages.map((message) => rawRecord(topic, partition, message));
    this.#dispatcher.offer({ topic, partition }, records, BigInt(batch.lastOffset()) + 1n);
    payload.resolveOffset(last.offset);
  }

  async #commitSoon(): Promise<void> {
    do {
      await delay(COMMIT_EVERY_MS);
      await this.#commit();
    } while (!this.#stopping && this.#dispatcher.committable().length > 0);
    this.#committing = undefined;
  }

  /** Commits what is done, one commit at a time: a late retry of an older one must not set a newer one back. */
  #commit(): Promise<void> {
    this.#commits = this.#commits.then(() => this.#commitNow());
    return this.#commits;
  }

  /** A refused commit (a rebalance) is no loss: it is tried again with the next progress. */
  async #commitNow(): Promise<void> {
    const offsets: PlaceOffset[] = this.#dispatcher.committable();
    const consumer = this.#consumer;
    if (offsets.length === 0 || !consumer) return;
    try {
      await consumer.commitOffsets(offsets.map((place) => ({ ...place, offset: place.offset.toString() })));
      this.#dispatcher.confirm(offsets);
    } catch (error) {
      const fields = { group: this.#options.groupId, code: errorCodeOf(error) };
      this.#options.log.warn(fields, "A commit was refused; its records may be delivered again");
    }
  }

  async #close(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (!consumer) return;
    try {
      await consumer.disconnect();
    } catch (error) {
      const fields = { group: this.#options.groupId, code: errorCodeOf(error) };
      this.#options.log.debug(fields, "A consumer did not close cleanly");
    }
  }
}
