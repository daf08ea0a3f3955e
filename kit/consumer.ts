import type { Kafka } from "kafkajs";
import { Attempts, RETRY_DELAYS_MS, type Counters, type Route } from "./attempt.ts";
import { classifyError, type ErrorClass } from "./error-class.ts";
import { noFailpoints, type Failpoints } from "./failpoints.ts";
import type { Handler } from "./handler.ts";
import type { KitLog } from "./log.ts";
import { Reader, type ReaderStatus } from "./reader.ts";
import { createSender, type Sender } from "./sender.ts";
import {
  deadLetterTopic,
  redriveReaderGroup,
  redriveTopic,
  retryReaderGroup,
  retryTopic,
} from "./topic-names.ts";

export { handle, type Handler, type HandlerContext } from "./handler.ts";
export type { ReaderStatus } from "./reader.ts";

/** What {@link createConsumer} needs. */
export interface ConsumerOptions {
  kafka: Kafka;
  service: string;
  /** The consumer group; its reader groups are `<group>-redrive` and `<group>-retry-<n>`. */
  group: string;
  log: KitLog;
  handlers: Handler[];
  /** Records in work at once in each reader, over all partitions; 8 unless said. Records of one key never overlap. */
  concurrency?: number;
  /** Overrides `classifyError`. */
  classify?: (error: unknown) => ErrorClass;
  /** Non-blocking retries through topics, which give up key order; off unless said. */
  retryTopics?: boolean;
  failpoints?: Failpoints;
}

/** Counts since start, and the state of every reader. */
export interface ConsumerStatus extends Counters {
  readers: ReaderStatus[];
}

/** A consumer group of a service and its reader groups. Stopped, it is not started again: create another. */
export interface EventConsumer {
  /** Joins the groups. @throws MissingTopicsError where a topic it needs is not there (see `ensureTopics`). */
  start(): Promise<void>;
  /** Takes no new record, waits for the work in hand, commits, leaves the groups. */
  stop(): Promise<void>;
  status(): ConsumerStatus;
}

/** Topics a consumer reads or writes do not exist; they are made at start by `ensureTopics`, not at a failure. */
export class MissingTopicsError extends Error {
  override readonly name = "MissingTopicsError";
  readonly topics: string[];
  constructor(group: string, topics: string[]) {
    super(`Group ${group} cannot start, topics are missing (call ensureTopics first): ${topics.join(", ")}`);
    this.topics = topics;
  }
}

type Routes = Map<string, Route>;

function routesBy(handlers: Handler[], topicOf: (base: string) => string, level: number): Routes {
  const routes: Routes = new Map();
  for (const handler of handlers) {
    const baseTopic = handler.event.topic;
    const topic = topicOf(baseTopic);
    if (routes.has(topic)) throw new RangeError(`Two handlers for ${baseTopic} in one group`);
    routes.set(topic, { handler, baseTopic, level });
  }
  return routes;
}

/** The groups to run and what each reads: the group itself, its way back in, and its retry levels if any. */
function readersOf(
  group: string,
  handlers: Handler[],
  retryTopics: boolean,
): { groupId: string; routes: Routes }[] {
  const readers = [
    { groupId: group, routes: routesBy(handlers, (base) => base, 0) },
    {
      groupId: redriveReaderGroup(group),
      routes: routesBy(handlers, (base) => redriveTopic(base, group), 0),
    },
  ];
  const levels = retryTopics ? RETRY_DELAYS_MS.map((_, index) => index + 1) : [];
  for (const level of levels) {
    const routes = routesBy(handlers, (base) => retryTopic(base, group, level), level);
    readers.push({ groupId: retryReaderGroup(group, level), routes });
  }
  return readers;
}

async function demandTopics(kafka: Kafka, group: string, topics: string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const present = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !present.has(topic));
    if (missing.length > 0) throw new MissingTopicsError(group, missing);
  } finally {
    await admin.disconnect();
  }
}

function demandSense(group: string, handlers: Handler[], concurrency: number): void {
  if (handlers.length === 0) throw new RangeError(`Group ${group} has no handler`);
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError("concurrency must be 1 or more");
}

/** The readers of a consumer, each with its routes and its way of working on a record. */
function buildReaders(options: ConsumerOptions, sender: Sender, counters: Counters): Reader[] {
  const { kafka, group, log, handlers, concurrency = 8, retryTopics = false } = options;
  const failpoints = options.failpoints ?? noFailpoints;
  const classify = options.classify ?? classifyError;
  return readersOf(group, handlers, retryTopics).map(({ groupId, routes }) => {
    const attempts = new Attempts({
      group,
      routes,
      classify,
      retryTopics,
      sender,
      failpoints,
      log,
      counters,
    });
    return new Reader({ kafka, groupId, routes, attempts, concurrency, failpoints, log });
  });
}

/**
 * Creates a consumer: at least once, committed after the work, records of one key in order. A failure is fatal,
 * retryable or unavailable (see `ErrorClass`); the dead letter is written before the record is committed. A new
 * group starts at the earliest record. Transactions: read committed.
 * @throws RangeError for no handler, two handlers of one event, or a concurrency below 1.
 */
export function createConsumer(options: ConsumerOptions): EventConsumer {
  const { kafka, group, log, handlers } = options;
  demandSense(group, handlers, options.concurrency ?? 1);
  const counters: Counters = { processed: 0, retried: 0, deadLettered: 0 };
  const sender = createSender({ kafka, log });
  const readers = buildReaders(options, sender, counters);
  const needed = readers.flatMap((reader) => reader.topics);
  const deadLetters = handlers.map(({ event }) => deadLetterTopic(event.topic));
  const stop = async (): Promise<void> => {
    await Promise.allSettled(readers.map((reader) => reader.stop()));
    await sender.disconnect();
  };

  return {
    start: async () => {
      await demandTopics(kafka, group, [...needed, ...deadLetters]);
      await sender.connect();
      try {
        await Promise.all(readers.map((reader) => reader.start()));
      } catch (error) {
        await stop();
        throw error;
      }
      const topics = handlers.map(({ event }) => event.topic);
      log.info({ group, service: options.service, topics }, "Group started");
    },
    stop: async () => {
      await stop();
      log.info({ group, service: options.service, ...counters }, "Group stopped");
    },
    status: () => ({ ...counters, readers: readers.map((reader) => reader.status()) }),
  };
}
