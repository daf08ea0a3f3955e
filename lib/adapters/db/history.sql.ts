import type { Sql } from "#lib/adapters/db/client.ts";

/** Two instants, epoch ms. */
export interface Range {
  fromAt: number;
  toAt: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** One sweep of one group on one topic, summed over partitions. */
export interface GroupSampleRow {
  at: Date;
  topic: string;
  topicId: string;
  /** null where an end is missing: a part of a sum would be a wrong number. */
  lag: bigint | null;
  committed: bigint | null;
  ended: bigint | null;
  /** Partitions with a commit. */
  known: bigint;
}

/** The samples of one group in a range, oldest first. */
export async function selectGroupSamples(
  sql: Sql,
  { cluster, group, fromAt, toAt }: { cluster: string; group: string } & Range,
): Promise<GroupSampleRow[]> {
  return sql.$queryRaw`
    SELECT c.at, s.topic, s.topic_id::text AS "topicId", o.lag::bigint, o.committed::bigint, o.ended::bigint, o.known
    FROM commit_series cs
    JOIN topic_series s ON s.id = cs.topic_series_id
    JOIN commit_sample c ON c.series_id = cs.id AND c.at BETWEEN ${iso(fromAt)}::timestamptz AND ${iso(toAt)}::timestamptz
    LEFT JOIN end_sample e ON e.series_id = s.id AND e.at = c.at
    CROSS JOIN LATERAL (
      SELECT CASE WHEN count(*) FILTER (WHERE u.k IS NOT NULL AND u.e IS NULL) = 0
          THEN sum(greatest(u.e - u.k, 0)) FILTER (WHERE u.k IS NOT NULL) END AS lag,
        sum(u.k) AS committed, sum(u.e) AS ended, count(u.k) AS known
      FROM unnest(c.offsets, e.offsets) AS u(k, e)) AS o
    WHERE cs.cluster = ${cluster} AND cs.group_id = ${group}
    ORDER BY c.at, s.topic`;
}

/** One sweep of one topic, summed over partitions. */
export interface TopicSampleRow {
  at: Date;
  topicId: string;
  ended: bigint | null;
  /** Partitions with an end. */
  known: bigint;
}

/** The samples of one topic in a range, oldest first, those of a former topic of the same name included. */
export async function selectTopicSamples(
  sql: Sql,
  { cluster, topic, fromAt, toAt }: { cluster: string; topic: string } & Range,
): Promise<TopicSampleRow[]> {
  return sql.$queryRaw`
    SELECT e.at, s.topic_id::text AS "topicId", o.ended::bigint, o.known
    FROM topic_series s
    JOIN end_sample e ON e.series_id = s.id AND e.at BETWEEN ${iso(fromAt)}::timestamptz AND ${iso(toAt)}::timestamptz
    CROSS JOIN LATERAL (SELECT sum(x) AS ended, count(x) AS known FROM unnest(e.offsets) AS x) AS o
    WHERE s.cluster = ${cluster} AND s.topic = ${topic}
    ORDER BY e.at`;
}

/** The groups with the greatest lag of the last hour, by their sparklines, greatest first. */
export async function selectWorstOfHour(
  sql: Sql,
  cluster: string,
  limit: number,
): Promise<{ group: string }[]> {
  return sql.$queryRaw`
    SELECT group_id AS "group"
    FROM group_state, LATERAL (SELECT max(x) AS peak FROM unnest(spark) AS x) AS s
    WHERE cluster = ${cluster} AND s.peak > 0
    ORDER BY s.peak DESC, group_id COLLATE "C" LIMIT ${limit}`;
}

/** The groups with the greatest lag at thirty instants of a range, greatest first: every sample would be too many. */
export async function selectWorstOfRange(
  sql: Sql,
  { cluster, fromAt, toAt, limit }: { cluster: string; limit: number } & Range,
): Promise<{ group: string }[]> {
  return sql.$queryRaw`
    WITH sweeps AS (
      SELECT at, row_number() OVER (ORDER BY at) AS n, count(*) OVER () AS total FROM cluster_sample
      WHERE cluster = ${cluster} AND at BETWEEN ${iso(fromAt)}::timestamptz AND ${iso(toAt)}::timestamptz),
    picked AS (SELECT at FROM sweeps WHERE n % greatest(1, total / 30) = 0),
    lags AS (
      SELECT cs.group_id, c.at, sum(o.lag) AS lag
      FROM picked p JOIN commit_sample c ON c.at = p.at
      JOIN commit_series cs ON cs.id = c.series_id AND cs.cluster = ${cluster}
      JOIN end_sample e ON e.series_id = cs.topic_series_id AND e.at = c.at
      CROSS JOIN LATERAL (SELECT sum(greatest(u.e - u.k, 0)) AS lag FROM unnest(c.offsets, e.offsets) AS u(k, e)) AS o
      GROUP BY cs.group_id, c.at)
    SELECT group_id AS "group" FROM lags GROUP BY group_id HAVING max(lag) > 0
    ORDER BY max(lag) DESC, group_id COLLATE "C" LIMIT ${limit}`;
}
