import type { Sql } from "#lib/adapters/db/client.ts";
import { keyValues, orderBy, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A row of topic_state as read for lists; arrays with nulls come as text. */
export interface TopicListRow {
  name: string;
  topicId: string | null;
  role: string;
  partitionCount: number;
  replicationFactor: number;
  records: bigint | null;
  starts: string;
  ends: string;
  sizeBytes: bigint | null;
  produceRate: number | null;
  cleanupPolicy: string | null;
  retentionMs: bigint | null;
  groupCount: bigint;
  observedAt: Date;
  keys: (string | number)[];
}

/**
 * The rows that lists of topics are made of: a topic with `records`, end less start over all partitions (null as soon
 * as one is unknown), and the number of its groups. To be used as the sub-select `t`.
 */
const topics = (cluster: string): Prisma.Sql => Prisma.sql`
  SELECT s.*, CASE WHEN cardinality(end_offsets) > 0 AND cardinality(start_offsets) = cardinality(end_offsets)
      AND array_position(end_offsets, NULL) IS NULL AND array_position(start_offsets, NULL) IS NULL
    THEN (SELECT sum(e - b) FROM unnest(end_offsets, start_offsets) AS o(e, b))::bigint END AS records,
    (SELECT count(*) FROM group_topic_state g WHERE g.cluster = s.cluster AND g.topic = s.name) AS group_count
  FROM topic_state s WHERE s.cluster = ${cluster}`;

/** Topics of a cluster that match `where`, in the order of `keys`. */
export async function selectTopics(
  sql: Sql,
  query: { cluster: string; where: Prisma.Sql; keys: readonly SortKey[]; limit: number },
): Promise<TopicListRow[]> {
  return sql.$queryRaw`
    SELECT name, topic_id::text AS "topicId", role, partition_count AS "partitionCount",
      replication_factor AS "replicationFactor", records, start_offsets::text AS starts, end_offsets::text AS ends,
      size_bytes AS "sizeBytes", produce_rate AS "produceRate", cleanup_policy AS "cleanupPolicy",
      retention_ms AS "retentionMs", group_count AS "groupCount", observed_at AS "observedAt",
      ${keyValues(query.keys)} AS keys
    FROM (${topics(query.cluster)}) AS t
    WHERE ${query.where} ORDER BY ${orderBy(query.keys)} LIMIT ${query.limit}`;
}

/** Topics by role among those that match `where`. */
export async function countTopics(
  sql: Sql,
  { cluster, where }: { cluster: string; where: Prisma.Sql },
): Promise<{ role: string; count: bigint }[]> {
  return sql.$queryRaw`
    SELECT role, count(*) AS count FROM topic_state WHERE cluster = ${cluster} AND ${where} GROUP BY role`;
}

/** A group that reads a topic, as the database answers it. */
interface ReaderRow {
  group: string;
  lag: bigint | null;
  timeLagMs: bigint | null;
  verdict: string;
  reason: string;
  memberCount: number;
}

/** The groups that read a topic, worst first. A partition's time lag is the sixth of its tuple (group-json.ts). */
export async function selectReaders(
  sql: Sql,
  { cluster, topic }: { cluster: string; topic: string },
): Promise<ReaderRow[]> {
  return sql.$queryRaw`
    SELECT t.group_id AS "group", t.lag,
      (SELECT max((each ->> 5)::bigint) FROM jsonb_array_elements(t.partitions) AS each) AS "timeLagMs",
      g.verdict, g.reason, g.member_count AS "memberCount"
    FROM group_topic_state t JOIN group_state g ON g.cluster = t.cluster AND g.group_id = t.group_id
    WHERE t.cluster = ${cluster} AND t.topic = ${topic}
    ORDER BY g.trouble_rank, t.lag DESC NULLS LAST, t.group_id COLLATE "C"`;
}

/** Topics with partitions that lack a leader or a replica. */
export async function selectTroubledTopics(
  sql: Sql,
  cluster: string,
): Promise<{ name: string; leaderless: number; underReplicated: number }[]> {
  return sql.$queryRaw`
    SELECT name, leaderless_count AS leaderless, under_replicated_count AS "underReplicated"
    FROM topic_state WHERE cluster = ${cluster} AND (leaderless_count > 0 OR under_replicated_count > 0)
    ORDER BY leaderless_count DESC, under_replicated_count DESC, name COLLATE "C" LIMIT 20`;
}
