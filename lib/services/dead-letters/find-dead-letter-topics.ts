import type { Tx } from "#lib/adapters/db/db.ts";
import type {
  FoundBy,
  IndexedTopicState,
  NamedTopic,
  TopicChoice,
} from "#lib/adapters/db/dead-letter-topics.ts";
import { chainOf, chainsOf } from "#lib/domain/dead-letters/find-topics.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import type { TopicByHeaders } from "#lib/services/dead-letters/find-by-headers.ts";
import type { IndexSettings } from "#lib/services/dead-letters/index-settings.ts";

/** A topic that metadata lacks for less than this may only be late. */
const MISSING_MS = 60_000;

/** A dead-letter topic of the cluster with what feeds it. */
interface WantedTopic extends NamedTopic {
  foundBy: FoundBy;
  sources: string[];
  retryTopics: string[];
}

/** A topic that is followed: all of them are checked against their logs, those left out are not read. */
export interface FollowedTopic extends IndexedTopicState {
  leftOut: boolean;
}

/**
 * findDeadLetterTopics brings the topics of the index to what the cluster has now, and answers them with those that
 * ended. `missing` remembers since when a topic is not there; `byHeaders` were found by their records, and stay found.
 * Writes go through `guarded`.
 */
export async function findDeadLetterTopics(
  ctx: Pick<Ctx, "db" | "now">,
  {
    cluster,
    settings,
    missing,
    byHeaders,
    guarded,
  }: {
    cluster: string;
    settings: IndexSettings;
    missing: Map<string, number>;
    byHeaders: readonly TopicByHeaders[];
    guarded: (work: (tx: Tx) => Promise<void>) => Promise<void>;
  },
): Promise<FollowedTopic[]> {
  const now = ctx.now();
  const names = await ctx.db.deadLetterTopics.names(cluster);
  const choices = await ctx.db.deadLetterTopics.choices(cluster);
  const indexed = await ctx.db.deadLetterTopics.indexed(cluster);
  const told = [...storedByHeaders(indexed), ...byHeaders];
  const wanted = wantedTopics(names, choices, { settings, told });
  const begins = wanted.filter((topic) => !indexed.some((each) => isAsWanted(each, topic)));
  const ends = indexed.filter((each) => each.endedAt === null && isOver(each, { names, missing, now }));
  if (begins.length + ends.length > 0) {
    await guarded(async (tx) => {
      for (const topic of begins) await tx.deadLetterTopics.begin(cluster, { ...topic, at: now });
      if (ends.length > 0)
        await tx.deadLetterTopics.note(
          ends.map((each) => ({ ...each, endedAt: now })),
          now,
        );
    });
  }
  const all = begins.length + ends.length > 0 ? await ctx.db.deadLetterTopics.indexed(cluster) : indexed;
  const isWanted = (topic: string): boolean => wanted.some((each) => each.name === topic);
  return all.map((each) => ({ ...each, leftOut: !isWanted(each.topic) }));
}

function wantedTopics(
  names: readonly NamedTopic[],
  choices: ReadonlyMap<string, Exclude<TopicChoice, null>>,
  { settings: { patterns }, told }: { settings: IndexSettings; told: readonly TopicByHeaders[] },
): WantedTopic[] {
  const all = names.map(({ name }) => name);
  const ids = new Map(names.map(({ name, topicId }) => [name, topicId]));
  const byName = chainsOf(all, { patterns });
  const named = new Set(byName.map(({ topic }) => topic));
  const added = all.filter((name) => choices.get(name) === "add" && !named.has(name));
  const taken = new Set([...named, ...added]);
  const sniffed = new Map(
    told
      .filter(({ name, topicId }) => !taken.has(name) && ids.get(name) === topicId)
      .map((each) => [each.name, each]),
  );
  const chains = [
    ...byName.map((chain) => ({ ...chain, foundBy: "name" as const })),
    ...added.map((name) => ({ ...chainOf(name, all), foundBy: "hand" as const })),
    ...[...sniffed.values()].map(({ name, sources }) => ({
      ...chainOf(name, all, sources),
      foundBy: "headers" as const,
    })),
  ];
  return chains.flatMap(({ topic, ...chain }) => {
    const topicId = ids.get(topic);
    return topicId === undefined || choices.get(topic) === "leave-out"
      ? []
      : [{ name: topic, topicId, ...chain }];
  });
}

/** What was found by headers before: a topic that is empty today is one still. */
function storedByHeaders(indexed: readonly IndexedTopicState[]): TopicByHeaders[] {
  return indexed
    .filter(({ foundBy, endedAt }) => foundBy === "headers" && endedAt === null)
    .map(({ topic, topicId, sources }) => ({ name: topic, topicId, sources }));
}

/**
 * unexplainedTopics are the topics that neither their name nor a person calls dead-letter topics or not, and that were
 * not found by headers yet.
 */
export async function unexplainedTopics(
  { db }: Pick<Ctx, "db">,
  cluster: string,
  settings: IndexSettings,
): Promise<NamedTopic[]> {
  const names = await db.deadLetterTopics.names(cluster);
  const choices = await db.deadLetterTopics.choices(cluster);
  const told = storedByHeaders(await db.deadLetterTopics.indexed(cluster));
  const wanted = wantedTopics(names, choices, { settings, told });
  const explained = new Set([...wanted.map(({ name }) => name), ...choices.keys()]);
  return names.filter(({ name }) => !explained.has(name));
}

function isAsWanted(indexed: IndexedTopicState, { name, topicId, ...facts }: WantedTopic): boolean {
  const { topic, endedAt, foundBy, sources, retryTopics } = indexed;
  return (
    [topic === name, indexed.topicId === topicId, endedAt === null, foundBy === facts.foundBy].every(
      Boolean,
    ) &&
    sources.join() === facts.sources.join() &&
    retryTopics.join() === facts.retryTopics.join()
  );
}

/** Made anew, which shows at once, or gone for long enough. */
function isOver(
  { topic, topicId }: IndexedTopicState,
  { names, missing, now }: { names: readonly NamedTopic[]; missing: Map<string, number>; now: number },
): boolean {
  const found = names.find(({ name }) => name === topic);
  // A cluster without any topic was not swept yet.
  if (found !== undefined || names.length === 0) {
    missing.delete(topicId);
    return found !== undefined && found.topicId !== topicId;
  }
  const sinceAt = missing.get(topicId) ?? now;
  missing.set(topicId, sinceAt);
  return now - sinceAt >= MISSING_MS;
}
