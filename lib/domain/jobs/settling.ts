import { baseTopicOf } from "#lib/domain/jobs/copy-target.ts";
import { retrySourceOf } from "#lib/domain/dead-letters/find-topics.ts";
import type { JobTarget } from "#lib/domain/jobs/job.ts";

const SHORTEST_WINDOW_MS = 5 * 60_000;
const LONGEST_WINDOW_MS = 24 * 3_600_000;

/**
 * settleWindowMs is how long a copy whose chain nobody knows is watched for its return: as long as 99 of 100 records of
 * its kind took from their origin to a dead-letter topic, 5 minutes at least and a day at most. `tookMs` is null where
 * nobody knows.
 */
export function settleWindowMs(tookMs: number | null): number {
  if (tookMs === null || Number.isNaN(tookMs)) return SHORTEST_WINDOW_MS;
  return Math.min(LONGEST_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, Math.ceil(tookMs)));
}

/** A copy's target as settling follows it: who failed, and where the copy went. */
export interface SettlingTarget {
  /** The failing group; null where no dead letter tells it. */
  group: string | null;
  topic: string;
}

/** A dead-letter topic of the cluster that is indexed. */
export interface ChainTopic {
  ref: number;
  topic: string;
  sources: readonly string[];
  retryTopics: readonly string[];
  /** Whether dead letters of the job lie in it. */
  ofJob: boolean;
}

/** One topic of a chain with the groups that may read it, the likeliest first. */
export interface ReadTopic {
  topic: string;
  readers: string[];
}

/** Chain is the way of a copy that fails again: its reader, the retry topics level by level, the dead-letter topics. */
export interface Chain {
  group: string;
  first: ReadTopic;
  retries: ReadTopic[];
  deadLetterTopics: { ref: number; topic: string }[];
}

/** What a chain is looked for among. */
export interface ChainsAsked {
  target: JobTarget;
  deadLetterTopics: readonly ChainTopic[];
  /** All topics of the cluster. */
  topics: readonly string[];
  slugOf: (group: string) => string;
}

/**
 * chainOf is the way of the copies in one target topic; null where nobody knows who is meant to read them there: then
 * they are watched for a while instead.
 */
export function chainOf({ group, topic }: SettlingTarget, asked: ChainsAsked): Chain | null {
  const { target, deadLetterTopics, topics, slugOf } = asked;
  const failing = target.kind === "way-in" ? target.group : group;
  if (target.kind === "topic" || target.kind === "shadow" || failing === null) return null;
  const dead = deadLetterTopicsOf(topic, deadLetterTopics);
  const bases = new Set([baseTopicOf(topic), ...dead.flatMap(({ sources }) => sources)]);
  const readers = target.kind === "way-in" ? [`${failing}-redrive`, failing] : [failing];
  return {
    group: failing,
    first: { topic, readers },
    retries: retriesOf({ failing, slug: slugOf(failing), bases, topics, dead }),
    deadLetterTopics: dead.map(({ ref, topic: name }) => ({ ref, topic: name })),
  };
}

/** deadLetterTopicsOf are the dead-letter topics that a copy in a target topic may come back to. */
export function deadLetterTopicsOf(topic: string, deadLetterTopics: readonly ChainTopic[]): ChainTopic[] {
  const base = baseTopicOf(topic);
  return deadLetterTopics.filter(
    (each) => each.ofJob || each.sources.includes(base) || each.topic === `${base}.dlt`,
  );
}

interface RetriesAsked {
  failing: string;
  slug: string;
  bases: ReadonlySet<string>;
  topics: readonly string[];
  dead: readonly ChainTopic[];
}

/** The kit's retry topics of the group, and those of other conventions that belong to no other group, by level. */
function retriesOf({ failing, slug, bases, topics, dead }: RetriesAsked): ReadTopic[] {
  const named = new Set(dead.flatMap(({ retryTopics }) => retryTopics));
  const found = topics.flatMap((topic) => {
    const kit = /^(.+)\.retry\.([a-z0-9-]+)\.(\d+)$/.exec(topic);
    if (kit !== null) {
      const [, base = "", of = "", level = "1"] = kit;
      if (of !== slug || !bases.has(base)) return [];
      return [{ topic, level: Number(level), readers: [`${failing}-retry-${level}`] }];
    }
    const source = named.has(topic) ? retrySourceOf(topic) : null;
    if (source === null || !bases.has(source)) return [];
    const level = Number(/(\d+)$/.exec(topic)?.[1] ?? "0");
    return [{ topic, level, readers: [`${failing}-retry-${level}`, `${failing}-retry`, failing] }];
  });
  return found
    .sort((a, b) => a.level - b.level || (a.topic < b.topic ? -1 : 1))
    .map(({ topic, readers }) => ({ topic, readers }));
}

/** unreadPartitions lists the partitions whose commit is not at or past an end. An end of 0 has nothing to read. */
export function unreadPartitions(
  ends: readonly (bigint | null)[],
  commitOf: (partition: number) => bigint | null,
): { partition: number; from: bigint | null; to: bigint | null }[] {
  return ends.flatMap((to, partition) => {
    if (to === 0n) return [];
    const from = commitOf(partition);
    return to !== null && from !== null && from >= to ? [] : [{ partition, from, to }];
  });
}
