import { createHash } from "node:crypto";

/** A topic name that breaks the convention or Kafka's 249 characters; the message names the rule. */
export class TopicNameError extends Error {
  override readonly name = "TopicNameError";
  readonly topic: string;
  constructor(topic: string, rule: string) {
    super(`Topic name ${JSON.stringify(topic)} is refused: ${rule}`);
    this.topic = topic;
  }
}

/** What a topic name says: a source, its dead letters, a group's way back in, or a level of retries. */
export type TopicName =
  | { kind: "base"; base: string; domain: string; entity: string; event: string }
  | { kind: "dlt"; base: string }
  | { kind: "redrive"; base: string; group: string }
  | { kind: "retry"; base: string; group: string; level: number };

const MAX_NAME_LENGTH = 249;
const KIT_GROUP = /^[a-z0-9-]{1,64}$/;
const SEGMENT = "[a-z][a-zA-Z0-9]*";
/** An event's segment; `sluice.saga.command-result` is the one name with a hyphen: the console's protocol fixes it. */
const EVENT = `(?:${SEGMENT}|(?<=^sluice\\.saga\\.)command-result)`;
const BASE = new RegExp(`^(${SEGMENT})\\.(${SEGMENT})\\.(${EVENT})$`);
const DERIVED = new RegExp(
  `^(${SEGMENT}\\.${SEGMENT}\\.${EVENT})\\.(?:(dlt)|redrive\\.([a-z0-9-]{1,64})|retry\\.([a-z0-9-]{1,64})\\.([1-9][0-9]*))$`,
);

/** Reads a topic name by the kit's convention; undefined for a name of another convention. */
export function parseTopicName(topic: string): TopicName | undefined {
  if (topic.length > MAX_NAME_LENGTH) return undefined;
  const base = BASE.exec(topic);
  if (base) {
    const [, domain = "", entity = "", event = ""] = base;
    return { kind: "base", base: topic, domain, entity, event };
  }
  const derived = DERIVED.exec(topic);
  if (!derived) return undefined;
  const [, source = "", dlt, redriveGroup, retryGroup, level] = derived;
  if (dlt !== undefined) return { kind: "dlt", base: source };
  if (redriveGroup !== undefined) return { kind: "redrive", base: source, group: redriveGroup };
  return { kind: "retry", base: source, group: retryGroup ?? "", level: Number(level) };
}

function checked(topic: string): string {
  if (topic.length > MAX_NAME_LENGTH) {
    throw new TopicNameError(
      topic,
      `a name has at most ${MAX_NAME_LENGTH} characters, this one ${topic.length}`,
    );
  }
  return topic;
}

/**
 * A group id as it stands in a topic name: a kit group (`[a-z0-9-]{1,64}`) as it is; any other lower-cased,
 * every other character `-`, cut to 55, then `-` and 8 hex of the id's sha256.
 */
export function groupSlug(group: string): string {
  if (KIT_GROUP.test(group)) return group;
  const hash = createHash("sha256").update(group).digest("hex").slice(0, 8);
  return `${group
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 55)}-${hash}`;
}

/** The dead letters of a source topic, shared by its groups: `<topic>.dlt`. */
export function deadLetterTopic(topic: string): string {
  return checked(`${topic}.dlt`);
}

/** A group's own way back in: `<topic>.redrive.<group>`. */
export function redriveTopic(topic: string, group: string): string {
  return checked(`${topic}.redrive.${groupSlug(group)}`);
}

/** The topic of a group's n-th non-blocking retry: `<topic>.retry.<group>.<n>`. */
export function retryTopic(topic: string, group: string, level: number): string {
  return checked(`${topic}.retry.${groupSlug(group)}.${level}`);
}

/** The consumer group that reads a group's redrive topics: `<group>-redrive`. */
export function redriveReaderGroup(group: string): string {
  return `${group}-redrive`;
}

/** The consumer group that reads a group's retry topics of one level: `<group>-retry-<n>`. */
export function retryReaderGroup(group: string, level: number): string {
  return `${group}-retry-${level}`;
}
