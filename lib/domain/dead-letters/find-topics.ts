/**
 * DEAD_LETTER_PATTERNS: names of dead-letter topics as frameworks give them; `*` stands for any characters, and upper
 * case for lower. Kit `.dlt`; Spring `-dlt`, before 3.3 `.DLT`; Connect, Karafka and many by hand `dlq`; share groups
 * `dlq.`; SmallRye `dead-letter-topic-`; Wolverine `wolverine-dead-letter-queue`; MassTransit `_error`.
 */
export const DEAD_LETTER_PATTERNS: readonly string[] = [
  ...["*.dlt", "*-dlt", "*_dlt", "*.dlq", "*-dlq", "*_dlq", "dlq.*", "dlq-*"],
  ...["*dead-letter*", "*dead_letter*", "*deadletter*", "*_error"],
];

/** A dead-letter topic found by its name, with what feeds it. */
export interface TopicChain {
  topic: string;
  /** The topics whose records come here, as far as names tell; a shared dead-letter topic has none. */
  sources: string[];
  /** The retry topics between, in the order of their levels. */
  retryTopics: string[];
}

/** What `chainsOf` may be told: the patterns in place of {@link DEAD_LETTER_PATTERNS}. */
export interface FindOptions {
  patterns?: readonly string[] | undefined;
}

/** What is left of a dead-letter topic's name when what marks it is taken off. */
const MARKS = [
  /^(.+)[.\-_](?:dlt|dlq|dead[-_]?letters?(?:[-_](?:queue|topic))?)$/i,
  /^(?:dlq|dead[-_]?letters?(?:[-_](?:queue|topic))?)[.\-_](.+)$/i,
  /^(.+)_error$/i,
];

/** Retry topics: the kit's, Spring's (`-retry`, `-retry-<delay or index>`), SmallRye's (`_retry_<ms>`). */
const RETRIES = [/^(.+)\.retry\.[a-z0-9-]+\.\d+$/, /^(.+?)-retry(?:-[\w.-]+)?$/, /^(.+)_retry_\d+$/];

/**
 * chainsOf finds the dead-letter topics among a cluster's topics by their names, in the order of the names, each with
 * its sources and retry topics. Names that begin with an underscore are Kafka's or ours, and no one's dead letters.
 * Spring Cloud Stream's `error.<destination>.<group>` counts where the destination is a topic.
 */
export function chainsOf(topicNames: Iterable<string>, options: FindOptions = {}): TopicChain[] {
  const names = new Set(topicNames);
  const matches = matcherOf(options.patterns ?? DEAD_LETTER_PATTERNS);
  const retries = retryTopicsOf(names);
  return [...names]
    .filter((name) => !name.startsWith("_"))
    .filter((name) => matches(name) || errorSourceOf(name, names) !== null)
    .sort()
    .map((topic) => withRetries(topic, sourcesOf(topic, names), retries));
}

/**
 * chainOf is the chain of one topic that is a dead-letter topic for another reason than its name: found by headers or
 * added by hand. `sources` are what headers told, if they did.
 */
export function chainOf(
  topic: string,
  topicNames: Iterable<string>,
  sources: readonly string[] = [],
): TopicChain {
  const names = new Set(topicNames);
  const found = sources.length > 0 ? [...sources].sort() : sourcesOf(topic, names);
  return withRetries(topic, found, retryTopicsOf(names));
}

/** retrySourceOf is the topic that a retry topic repeats, by its name alone; null for one that is none. */
export function retrySourceOf(topic: string): string | null {
  for (const pattern of RETRIES) {
    const [, source] = pattern.exec(topic) ?? [];
    if (source !== undefined) return source;
  }
  return null;
}

function withRetries(topic: string, sources: string[], retries: ReadonlyMap<string, string[]>): TopicChain {
  return { topic, sources, retryTopics: sources.flatMap((source) => retries.get(source) ?? []) };
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "i"),
  );
  return (name) => expressions.some((expression) => expression.test(name));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The retry topics of each topic that exists, by level: `-retry-2` before `-retry-10`. */
function retryTopicsOf(names: ReadonlySet<string>): Map<string, string[]> {
  const retries = new Map<string, string[]>();
  for (const name of names) {
    const source = retrySourceOf(name);
    if (source === null || !names.has(source) || markedOff(name) !== null) continue;
    retries.set(source, [...(retries.get(source) ?? []), name]);
  }
  for (const topics of retries.values()) topics.sort(byLevel);
  return retries;
}

/** Natural order: runs of digits compare as numbers. */
function byLevel(a: string, b: string): number {
  const pad = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
  const [left, right] = [pad(a), pad(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The name without its mark; of a dead-letter topic of retries, the name of what they repeat. */
function sourcesOf(topic: string, names: ReadonlySet<string>): string[] {
  const error = errorSourceOf(topic, names);
  if (error !== null) return [error];
  const base = markedOff(topic);
  if (base === null) return [];
  for (const name of [retrySourceOf(base), base, ...shorterOf(base)]) {
    if (name !== null && name !== topic && names.has(name)) return [name];
  }
  return [];
}

function markedOff(topic: string): string | null {
  for (const mark of MARKS) {
    const [, base] = mark.exec(topic) ?? [];
    if (base !== undefined) return base;
  }
  return null;
}

/** `orders-billing` and `orders` of `orders-billing-eu`: a suffix may tell the group, the region or an exception. */
function shorterOf(base: string): string[] {
  const cuts = [...base.matchAll(/[.\-_]/g)].map(({ index }) => base.slice(0, index));
  return cuts.filter((name) => name !== "").reverse();
}

/** The destination of `error.<destination>.<group>`; either may hold dots, so it must be a topic. */
function errorSourceOf(topic: string, names: ReadonlySet<string>): string | null {
  if (!topic.startsWith("error.")) return null;
  const rest = topic.slice("error.".length);
  return shorterOf(rest).find((name) => names.has(name) && rest[name.length] === ".") ?? null;
}
