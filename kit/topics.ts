import kafkajs, { type Admin, type ITopicConfig } from "kafkajs";
import type { EventDefinition, Kept } from "./event.ts";
import { errorCodeOf } from "./publish-error.ts";
import { deadLetterTopic, redriveTopic, retryTopic } from "./topic-names.ts";

/** A group that reads events, and whether it uses retry topics. */
export interface ConsumingGroup {
  group: string;
  events: EventDefinition<unknown>[];
  retryTopics?: boolean;
}

/** What {@link ensureTopics} needs; `replicationFactor` is the broker's default unless said. */
export interface EnsureTopicsOptions {
  admin: Admin;
  events: EventDefinition<unknown>[];
  consumers?: ConsumingGroup[];
  replicationFactor?: number;
}

/** What was done: created, raised in partitions, given larger limits, or found right. */
export interface EnsuredTopics {
  created: string[];
  raised: { topic: string; from: number; to: number }[];
  reconfigured: string[];
  existing: string[];
}

/** Topics could not be made as the convention wants them; the message names each topic and the missing right. */
export class TopicCreationError extends Error {
  override readonly name = "TopicCreationError";
  readonly failures: { topic: string; code: string }[];
  constructor(step: TopicStep, failures: { topic: string; code: string }[], cause: unknown) {
    const reasons = failures.map(({ topic, code }) => `${topic}: ${code}${rightFor(step, code)}`);
    super(`Topics could not be ${STEPS[step].done}: ${reasons.join("; ")}`, { cause });
    this.failures = failures;
  }
}

type TopicStep = "create" | "raise" | "read" | "configure";

const STEPS: Record<TopicStep, { done: string; right: string }> = {
  create: { done: "created", right: "CREATE on the topic or the cluster" },
  raise: { done: "given more partitions", right: "ALTER on the topic" },
  read: { done: "described", right: "DESCRIBE and DESCRIBE_CONFIGS on the topic" },
  configure: { done: "configured", right: "ALTER_CONFIGS on the topic" },
};

function rightFor(step: TopicStep, code: string): string {
  return code.endsWith("AUTHORIZATION_FAILED") ? ` (missing right: ${STEPS[step].right})` : "";
}

const DAY_MS = 86_400_000;
const RETENTION_MS: Record<Kept, number> = { standard: 7 * DAY_MS, audit: 30 * DAY_MS, forever: -1 };
const DEAD_LETTER_RETENTION_MS = 30 * DAY_MS;
/** Room for the headers a copy adds. */
const COPY_OVERHEAD_BYTES = 64 * 1024;
const DERIVED_MAX_PARTITIONS = 6;
const RETRY_LEVELS = [1, 2];

/** What a source topic is in fact, whatever its definition says. */
interface SourceFacts {
  partitions: number;
  retentionMs: number;
  maxMessageBytes: number;
}

interface WantedTopic {
  topic: string;
  partitions: number;
  retentionMs: number;
  maxMessageBytes: number;
}

/** The longer of two retentions; -1 (for ever) is the longest. */
export function longerRetention(left: number, right: number): number {
  return left === -1 || right === -1 ? -1 : Math.max(left, right);
}

/** The dead-letter topic a source needs. */
export function deadLetterPlan(base: string, source: SourceFacts): WantedTopic {
  return {
    topic: deadLetterTopic(base),
    partitions: source.partitions,
    retentionMs: longerRetention(source.retentionMs, DEAD_LETTER_RETENTION_MS),
    maxMessageBytes: source.maxMessageBytes + COPY_OVERHEAD_BYTES,
  };
}

function copyPlan(topic: string, source: SourceFacts): WantedTopic {
  return {
    topic,
    partitions: Math.min(source.partitions, DERIVED_MAX_PARTITIONS),
    retentionMs: source.retentionMs,
    maxMessageBytes: source.maxMessageBytes + COPY_OVERHEAD_BYTES,
  };
}

/** Runs one step and turns its failure into a refusal that names the topics and the right. */
async function step<R>(name: TopicStep, topics: string[], work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (cause) {
    const parts: unknown[] =
      cause instanceof Error && "errors" in cause ? (cause.errors as unknown[]) : [cause];
    const failures = parts.map((part) => ({
      topic:
        part instanceof Error && "topic" in part && typeof part.topic === "string"
          ? part.topic
          : topics.join(", "),
      code: errorCodeOf(part),
    }));
    throw new TopicCreationError(name, failures, cause);
  }
}

const LEADER_LIMIT_MS = 30_000;
const NOT_YET = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"]);

async function areLed(admin: Admin, topics: string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics });
    return metadata.topics.every(
      ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
    );
  } catch (error) {
    if (NOT_YET.has(errorCodeOf(error))) return false;
    throw error;
  }
}

/** Waits for leaders. kafkajs's own wait gives up where a broker has not heard of the new topic yet. */
async function untilLed(admin: Admin, topics: string[]): Promise<void> {
  const deadlineAt = Date.now() + LEADER_LIMIT_MS;
  while (!(await areLed(admin, topics))) {
    if (Date.now() > deadlineAt) throw new Error(`No leader after ${LEADER_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function partitionCounts(admin: Admin, topics: string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (topics.length === 0) return counts;
  const metadata = await step("read", topics, () => admin.fetchTopicMetadata({ topics }));
  for (const { name, partitions } of metadata.topics) counts.set(name, partitions.length);
  return counts;
}

interface TopicConfig {
  values: Map<string, string>;
  /** Set on the topic itself: what a full replace must repeat. */
  own: Map<string, string>;
}

async function topicConfigs(admin: Admin, topics: string[]): Promise<Map<string, TopicConfig>> {
  const configs = new Map<string, TopicConfig>();
  if (topics.length === 0) return configs;
  const resources = topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }));
  const described = await step("read", topics, () =>
    admin.describeConfigs({ resources, includeSynonyms: false }),
  );
  for (const { resourceName, configEntries } of described.resources) {
    const values = new Map<string, string>();
    const own = new Map<string, string>();
    for (const entry of configEntries) {
      values.set(entry.configName, entry.configValue);
      if (entry.configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
        own.set(entry.configName, entry.configValue);
    }
    configs.set(resourceName, { values, own });
  }
  return configs;
}

function numberOf(config: TopicConfig | undefined, name: string, fallback: number): number {
  const value = Number(config?.values.get(name));
  return Number.isFinite(value) ? value : fallback;
}

class TopicRun {
  readonly done: EnsuredTopics = { created: [], raised: [], reconfigured: [], existing: [] };
  readonly #admin: Admin;
  readonly #replicationFactor: number;
  readonly #present: Set<string>;

  constructor(options: EnsureTopicsOptions, present: string[]) {
    this.#admin = options.admin;
    this.#replicationFactor = options.replicationFactor ?? -1;
    this.#present = new Set(present);
  }

  async create(
    wanted: (Omit<WantedTopic, "maxMessageBytes"> & { maxMessageBytes?: number })[],
  ): Promise<void> {
    const missing = wanted.filter(({ topic }) => !this.#present.has(topic));
    if (missing.length === 0) return;
    const topics: ITopicConfig[] = missing.map(({ topic, partitions, retentionMs, maxMessageBytes }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: this.#replicationFactor,
      configEntries: [
        { name: "cleanup.policy", value: "delete" },
        { name: "retention.ms", value: String(retentionMs) },
        ...(maxMessageBytes === undefined
          ? []
          : [{ name: "max.message.bytes", value: String(maxMessageBytes) }]),
      ],
    }));
    const names = missing.map(({ topic }) => topic);
    await step("create", names, async () => {
      await this.#admin.createTopics({ topics, timeout: 30_000, waitForLeaders: false });
      await untilLed(this.#admin, names);
    });
    for (const name of names) this.#present.add(name);
    this.done.created.push(...names);
  }

  async facts(topics: string[]): Promise<Map<string, SourceFacts>> {
    const counts = await partitionCounts(this.#admin, topics);
    const configs = await topicConfigs(this.#admin, topics);
    const facts = new Map<string, SourceFacts>();
    for (const topic of topics) {
      const config = configs.get(topic);
      facts.set(topic, {
        partitions: counts.get(topic) ?? 1,
        retentionMs: numberOf(config, "retention.ms", 7 * DAY_MS),
        maxMessageBytes: numberOf(config, "max.message.bytes", 1_048_588),
      });
    }
    return facts;
  }

  /** Raises partitions and limits of derived topics that were here before; lowers nothing. */
  async raise(wanted: WantedTopic[]): Promise<void> {
    const old = wanted.filter(({ topic }) => !this.done.created.includes(topic));
    const names = old.map(({ topic }) => topic);
    const counts = await partitionCounts(this.#admin, names);
    const configs = await topicConfigs(this.#admin, names);
    for (const want of old) {
      await this.#raisePartitions(want, counts.get(want.topic) ?? want.partitions);
      const config = configs.get(want.topic);
      if (config) await this.#raiseLimits(want, config);
    }
  }

  async #raisePartitions({ topic, partitions }: WantedTopic, from: number): Promise<void> {
    if (from >= partitions) return;
    await step("raise", [topic], () =>
      this.#admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }),
    );
    this.done.raised.push({ topic, from, to: partitions });
  }

  async #raiseLimits(want: WantedTopic, config: TopicConfig): Promise<void> {
    const retentionMs = longerRetention(numberOf(config, "retention.ms", 0), want.retentionMs);
    const maxMessageBytes = Math.max(numberOf(config, "max.message.bytes", 0), want.maxMessageBytes);
    const right = new Map(config.own)
      .set("cleanup.policy", "delete")
      .set("retention.ms", String(retentionMs))
      .set("max.message.bytes", String(maxMessageBytes));
    if ([...right].every(([name, value]) => config.values.get(name) === value)) return;
    const configEntries = [...right].map(([name, value]) => ({ name, value }));
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    await step("configure", [want.topic], () =>
      this.#admin.alterConfigs({
        validateOnly: false,
        resources: [{ type, name: want.topic, configEntries }],
      }),
    );
    this.done.reconfigured.push(want.topic);
  }
}

function derivedPlans(options: EnsureTopicsOptions, facts: ReadonlyMap<string, SourceFacts>): WantedTopic[] {
  const plans = new Map<string, WantedTopic>();
  const add = (plan: WantedTopic): unknown => plans.set(plan.topic, plan);
  for (const [base, source] of facts) add(deadLetterPlan(base, source));
  for (const { group, events, retryTopics = false } of options.consumers ?? []) {
    for (const { topic } of events) {
      const source = facts.get(topic);
      if (!source) continue;
      add(copyPlan(redriveTopic(topic, group), source));
      if (!retryTopics) continue;
      for (const level of RETRY_LEVELS) add(copyPlan(retryTopic(topic, group, level), source));
    }
  }
  return [...plans.values()];
}

/**
 * Makes the topics of the convention, at start rather than at the first failure: each event's own, its `.dlt`, each
 * group's `.redrive.<group>` and, where asked, `.retry.<group>.<n>`. A source that exists is left as it is; derived
 * topics follow the source as it is: partitions and limits are raised, never lowered. The admin must be connected.
 * @throws TopicNameError for a name over Kafka's limit, before anything is made.
 * @throws TopicCreationError naming each topic and the right that is missing: do not start then.
 */
export async function ensureTopics(options: EnsureTopicsOptions): Promise<EnsuredTopics> {
  const { admin, consumers = [] } = options;
  const events = new Map<string, EventDefinition<unknown>>();
  for (const event of [...options.events, ...consumers.flatMap((consumer) => consumer.events)]) {
    events.set(event.topic, event);
  }
  const bases = [...events.keys()];
  const unknown: SourceFacts = { partitions: 1, retentionMs: -1, maxMessageBytes: 1 };
  derivedPlans(options, new Map(bases.map((base) => [base, unknown])));

  const present = await step("read", bases, () => admin.listTopics());
  const run = new TopicRun(options, present);
  await run.create(
    [...events.values()].map(({ topic, partitions, kept }) => ({
      topic,
      partitions,
      retentionMs: RETENTION_MS[kept],
    })),
  );
  const derived = derivedPlans(options, await run.facts(bases));
  await run.create(derived);
  await run.raise(derived);
  const touched = new Set([
    ...run.done.created,
    ...run.done.reconfigured,
    ...run.done.raised.map((r) => r.topic),
  ]);
  run.done.existing.push(
    ...[...bases, ...derived.map(({ topic }) => topic)].filter((topic) => !touched.has(topic)),
  );
  return run.done;
}
