import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { offsetsOfText } from "#lib/adapters/db/samples.sql.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

/** How a dead-letter topic came to be indexed. */
export type FoundBy = DeadLetterTopic["foundBy"];
/** What people may say of a topic; null leaves it to what is found. */
export type TopicChoice = "add" | "leave-out" | null;

/** A dead-letter topic as the worker indexes it. */
export interface IndexedTopicState {
  /** The number of its row. */
  ref: number;
  topic: string;
  topicId: string;
  foundBy: FoundBy;
  sources: string[];
  retryTopics: string[];
  /** By partition; a partition without one has not been read. */
  nextOffsets: bigint[];
  /** By partition: rows below are expired. */
  expiredBelow: bigint[];
  behind: number;
  oneIn: number;
  floodSinceAt: number | null;
  failure: string | null;
  /** When it was gone, made anew or left out; null while it is indexed. */
  endedAt: number | null;
  /** Open rows. */
  open: number;
}

/** A topic that the cluster has. */
export interface NamedTopic {
  name: string;
  topicId: string;
}

/** What the worker notes of a topic. */
type NotedTopic = Omit<IndexedTopicState, "topic" | "topicId" | "nextOffsets" | "open">;

/** DeadLetterTopicStore keeps which topics are dead-letter topics, and how far each is indexed. */
export interface DeadLetterTopicStore {
  /** The topics of a cluster as last swept, Kafka's own left out. */
  names(cluster: string): Promise<NamedTopic[]>;
  /** Topics with a row, those that ended and have rows still included. */
  indexed(cluster: string): Promise<IndexedTopicState[]>;
  /** Begins or goes on with a topic. Its positions are kept where it was indexed before. */
  begin(
    cluster: string,
    topic: NamedTopic & {
      foundBy: FoundBy;
      sources: readonly string[];
      retryTopics: readonly string[];
      at: number;
    },
  ): Promise<void>;
  /** Writes how the indexing of topics stands. */
  note(topics: readonly NotedTopic[], at: number): Promise<void>;
  choices(cluster: string): Promise<Map<string, Exclude<TopicChoice, null>>>;
  choose(cluster: string, topic: string, choice: TopicChoice): Promise<void>;
  /** As shown: topics that are indexed, and those that people chose. */
  list(cluster: string): Promise<DeadLetterTopic[]>;
  /** Open dead letters of all clusters by topic and group, most first, at most `limit`. */
  openByGroup(limit: number): Promise<OpenCount[]>;
}

/** Open dead letters of a group in a topic; `group` is null where the headers do not tell it. */
interface OpenCount {
  cluster: string;
  topic: string;
  group: string | null;
  open: number;
}

/** deadLetterTopicStore makes a {@link DeadLetterTopicStore}. */
export function deadLetterTopicStore(sql: Sql): DeadLetterTopicStore {
  return {
    names: (cluster) => sql.$queryRaw`
      SELECT name, topic_id::text AS "topicId" FROM topic_state
      WHERE cluster = ${cluster} AND role <> 'internal' AND topic_id IS NOT NULL ORDER BY name COLLATE "C"`,
    indexed: (cluster) => selectIndexed(sql, cluster),
    begin: (cluster, topic) => begin(sql, cluster, topic),
    note: (topics, at) => note(sql, topics, at),
    async choices(cluster) {
      const rows = await sql.deadLetterChoice.findMany({ where: { cluster } });
      return new Map(rows.map(({ topic, choice }) => [topic, choice as Exclude<TopicChoice, null>]));
    },
    async choose(cluster, topic, choice) {
      if (choice === null) await sql.deadLetterChoice.deleteMany({ where: { cluster, topic } });
      else
        await sql.deadLetterChoice.upsert({
          where: { cluster_topic: { cluster, topic } },
          create: { cluster, topic, choice },
          update: { choice },
        });
    },
    list: (cluster) => list(sql, cluster),
    async openByGroup(limit) {
      const rows: (Omit<OpenCount, "open"> & { open: bigint })[] = await sql.$queryRaw`
        SELECT t.cluster, t.topic, c.group_id AS "group", sum(y.count)::bigint AS open
        FROM dead_letter_tally y JOIN dead_letter_topic t ON t.id = y.topic_ref
        JOIN dead_letter_cause c ON c.id = y.cause_ref
        WHERE y.state = 'open' AND t.ended_at IS NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ${limit}`;
      return rows.map(({ open, ...row }) => ({ ...row, open: Number(open) }));
    },
  };
}

async function begin(
  sql: Sql,
  cluster: string,
  { name, topicId, foundBy, sources, retryTopics, at }: Parameters<DeadLetterTopicStore["begin"]>[1],
): Promise<void> {
  const observed = new Date(at);
  const facts = { foundBy, sources: [...sources], retryTopics: [...retryTopics], observedAt: observed };
  await sql.deadLetterTopic.upsert({
    where: { cluster_topic_topicId: { cluster, topic: name, topicId } },
    create: { cluster, topic: name, topicId, ...facts },
    update: { ...facts, endedAt: null },
  });
}

/** The offsets of a topic as arrays' texts, with its open rows. */
interface IndexedRow extends Omit<
  IndexedTopicState,
  "nextOffsets" | "expiredBelow" | "behind" | "floodSinceAt" | "endedAt" | "open"
> {
  nextOffsets: string;
  expiredBelow: string;
  behind: bigint;
  floodSince: Date | null;
  ended: Date | null;
  open: bigint;
}

async function selectIndexed(sql: Sql, cluster: string): Promise<IndexedTopicState[]> {
  const rows: IndexedRow[] = await sql.$queryRaw`
    SELECT t.id AS ref, t.topic, t.topic_id::text AS "topicId", t.found_by AS "foundBy", t.sources,
      t.retry_topics AS "retryTopics", t.next_offsets::text AS "nextOffsets",
      t.expired_below::text AS "expiredBelow", t.behind, t.one_in AS "oneIn", t.flood_since AS "floodSince",
      t.failure, t.ended_at AS ended,
      (SELECT coalesce(sum(count), 0)::bigint FROM dead_letter_tally y
        WHERE y.topic_ref = t.id AND y.state = 'open') AS open
    FROM dead_letter_topic t WHERE t.cluster = ${cluster} ORDER BY t.topic COLLATE "C", t.id`;
  return rows.map(({ floodSince, ended, ...row }) => ({
    ...row,
    nextOffsets: offsetsOf(row.nextOffsets),
    expiredBelow: offsetsOf(row.expiredBelow),
    behind: Number(row.behind),
    floodSinceAt: floodSince?.getTime() ?? null,
    endedAt: ended?.getTime() ?? null,
    open: Number(row.open),
  }));
}

const offsetsOf = (text: string): bigint[] => offsetsOfText(text).map((offset) => offset ?? 0n);

async function note(sql: Sql, topics: readonly NotedTopic[], at: number): Promise<void> {
  const rows = topics.map(({ ref, foundBy, behind, oneIn, failure, ...topic }) => ({
    ...{ ref, foundBy, behind, oneIn, failure },
    sources: textArray(topic.sources),
    retryTopics: textArray(topic.retryTopics),
    expiredBelow: numberArray(topic.expiredBelow),
    floodSince: topic.floodSinceAt === null ? null : new Date(topic.floodSinceAt).toISOString(),
    ended: topic.endedAt === null ? null : new Date(topic.endedAt).toISOString(),
  }));
  if (rows.length === 0) return;
  await sql.$executeRaw`
    UPDATE dead_letter_topic t SET found_by = r."foundBy", sources = r.sources::text[],
      retry_topics = r."retryTopics"::text[], expired_below = r."expiredBelow"::bigint[], behind = r.behind,
      one_in = r."oneIn", flood_since = r."floodSince",
      flood_counted = CASE WHEN r."oneIn" = 1 THEN 0 ELSE t.flood_counted END,
      failure = r.failure, ended_at = r.ended, observed_at = ${new Date(at).toISOString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(ref int, "foundBy" text, sources text,
      "retryTopics" text, "expiredBelow" text, behind bigint, "oneIn" int, "floodSince" timestamptz, failure text,
      ended timestamptz)
    WHERE t.id = r.ref`;
}

interface ListedRow {
  topic: string;
  topicId: string | null;
  foundBy: string;
  leftOut: boolean;
  sources: string[];
  retryTopics: string[];
  groups: string[];
  open: bigint;
  behind: bigint;
  floodSince: Date | null;
  oneIn: number;
  floodCounted: bigint;
  failure: string | null;
}

/** Topics that are indexed now, and those that people chose and the worker does not (yet) index. */
async function list(sql: Sql, cluster: string): Promise<DeadLetterTopic[]> {
  const rows: ListedRow[] = await sql.$queryRaw`
    SELECT coalesce(t.topic, c.topic) AS topic, t.topic_id::text AS "topicId",
      CASE WHEN c.choice IS NULL THEN t.found_by ELSE 'hand' END AS "foundBy",
      coalesce(c.choice = 'leave-out', false) AS "leftOut", coalesce(t.sources, '{}') AS sources,
      coalesce(t.retry_topics, '{}') AS "retryTopics",
      ARRAY(SELECT DISTINCT k.group_id FROM dead_letter_tally y JOIN dead_letter_cause k ON k.id = y.cause_ref
        WHERE y.topic_ref = t.id AND y.count > 0 AND k.group_id IS NOT NULL ORDER BY 1) AS groups,
      (SELECT coalesce(sum(y.count), 0)::bigint FROM dead_letter_tally y
        WHERE y.topic_ref = t.id AND y.state = 'open') AS open,
      coalesce(t.behind, 0) AS behind, t.flood_since AS "floodSince", coalesce(t.one_in, 1) AS "oneIn",
      coalesce(t.flood_counted, 0) AS "floodCounted", t.failure
    FROM (SELECT * FROM dead_letter_topic WHERE cluster = ${cluster} AND ended_at IS NULL) AS t
    FULL JOIN (SELECT * FROM dead_letter_choice WHERE cluster = ${cluster}) AS c ON c.topic = t.topic
    ORDER BY 1`;
  return rows.map(({ floodSince, oneIn, floodCounted, ...row }) => ({
    ...row,
    foundBy: row.foundBy as FoundBy,
    open: Number(row.open),
    behind: Number(row.behind),
    flood:
      floodSince === null ? null : { sinceAt: floodSince.getTime(), oneIn, counted: Number(floodCounted) },
  }));
}
