import type { Sql } from "#lib/adapters/db/client.ts";
import { COMMIT_TABLES, END_TABLES } from "#lib/adapters/db/history-tables.ts";
import { LEVEL_SHAPES, type FoldedLevel } from "#lib/domain/time/history-levels.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A stretch of time: from an instant on, before another, epoch ms. */
export interface Stretch {
  fromAt: number;
  beforeAt: number;
}
export interface FoldedStretch extends Stretch {
  level: FoldedLevel;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Which rows of a folded level reach into a stretch: a row begins up to its own length earlier. */
export const reaching = ({ level, fromAt, beforeAt }: FoldedStretch): Prisma.Sql => {
  const { rowMs } = LEVEL_SHAPES[level];
  const firstAt = Math.floor(fromAt / rowMs) * rowMs;
  return Prisma.sql`c.from_at >= ${iso(firstAt)}::timestamptz AND c.from_at < ${iso(beforeAt)}::timestamptz`;
};
/** Which raw samples lie in a stretch. */
export const within = ({ fromAt, beforeAt }: Stretch): Prisma.Sql =>
  Prisma.sql`c.at >= ${iso(fromAt)}::timestamptz AND c.at < ${iso(beforeAt)}::timestamptz`;

/** The ms of a raw sample since an instant. `date_part` is a float8, exact here; `extract` is a slow numeric. */
const msSince = (at: number): Prisma.Sql =>
  Prisma.sql`(date_part('epoch', c.at - ${iso(at)}::timestamptz) * 1000)::bigint`;

/** The table of commits of a folded level. */
export const commitsOf = (level: FoldedLevel): Prisma.Sql => Prisma.raw(COMMIT_TABLES[level]);
/** The table of end offsets of a folded level. */
export const endsOf = (level: FoldedLevel): Prisma.Sql => Prisma.raw(END_TABLES[level]);

/**
 * Samples of one series as parallel arrays, in PostgreSQL's text: thousands of rows would take longer to hand over than
 * to read. `at` is ms since `fromAt`.
 */
export interface SeriesRow {
  topic: string;
  topicId: string;
  fromAt: Date;
  at: string;
  /** Sums over partitions, and how many partitions they are of. */
  total: string;
  known: string;
}
/** Samples of a group on one topic, with those of the topic's ends. */
export interface GroupSeriesRow extends SeriesRow {
  lag: string;
  /** null where no end was stored, and where the ends were stored at the instants of `at`. */
  endAt: string | null;
  /** null where no end was stored. */
  endTotal: string | null;
}

/** The folded samples of one group; `known` is a lone number where it is the same at every instant. */
export async function selectGroupRows(
  sql: Sql,
  { cluster, group, ...stretch }: { cluster: string; group: string } & FoldedStretch,
): Promise<GroupSeriesRow[]> {
  return sql.$queryRaw`
    SELECT s.topic, s.topic_id::text AS "topicId", c.from_at AS "fromAt", c.at::text AS at, c.total::text AS total,
      CASE WHEN c.known[1] = ALL (c.known) THEN c.known[1]::text ELSE c.known::text END AS known, c.lag::text AS lag,
      CASE WHEN e.at <> c.at THEN e.at::text END AS "endAt", e.total::text AS "endTotal"
    FROM commit_series cs
    JOIN topic_series s ON s.id = cs.topic_series_id
    JOIN ${commitsOf(stretch.level)} c ON c.series_id = cs.id AND ${reaching(stretch)}
    LEFT JOIN ${endsOf(stretch.level)} e ON e.series_id = s.id AND e.from_at = c.from_at
    WHERE cs.cluster = ${cluster} AND cs.group_id = ${group}
    ORDER BY c.from_at, s.topic`;
}

/** Raw samples of a group on one topic: offsets as they were stored, since a client sums them up the quicker. */
export interface GroupSamplesRow {
  topic: string;
  topicId: string;
  fromAt: Date;
  /** ms since `fromAt`, an array; offsets are one array a sample, with commas in between. */
  at: string;
  offsets: string;
  /** Those of the topic's ends; null where there is none. */
  endAt: string | null;
  ends: string | null;
}

/** The raw samples of one group, a row a topic, oldest first. */
export async function selectGroupSamples(
  sql: Sql,
  { cluster, group, ...stretch }: { cluster: string; group: string } & Stretch,
): Promise<GroupSamplesRow[]> {
  const samples = Prisma.sql`array_agg(${msSince(stretch.fromAt)} ORDER BY c.at)::text AS at,
    string_agg(c.offsets::text, ',' ORDER BY c.at) AS offsets`;
  return sql.$queryRaw`
    SELECT s.topic, s.topic_id::text AS "topicId", ${iso(stretch.fromAt)}::timestamptz AS "fromAt",
      k.at, k.offsets, e.at AS "endAt", e.offsets AS ends
    FROM commit_series cs
    JOIN topic_series s ON s.id = cs.topic_series_id
    CROSS JOIN LATERAL (SELECT ${samples} FROM commit_sample c WHERE c.series_id = cs.id AND ${within(stretch)}) AS k
    CROSS JOIN LATERAL (SELECT ${samples} FROM end_sample c WHERE c.series_id = s.id AND ${within(stretch)}) AS e
    WHERE cs.cluster = ${cluster} AND cs.group_id = ${group} AND k.at IS NOT NULL`;
}

/** The folded samples of one topic, those of a former topic of the same name included. */
export async function selectTopicRows(
  sql: Sql,
  { cluster, topic, ...stretch }: { cluster: string; topic: string } & FoldedStretch,
): Promise<SeriesRow[]> {
  return sql.$queryRaw`
    SELECT s.topic, s.topic_id::text AS "topicId", c.from_at AS "fromAt", c.at::text AS at, c.total::text AS total,
      c.known::text AS known
    FROM topic_series s JOIN ${endsOf(stretch.level)} c ON c.series_id = s.id AND ${reaching(stretch)}
    WHERE s.cluster = ${cluster} AND s.topic = ${topic}
    ORDER BY c.from_at`;
}

/** The raw samples of one topic, a row a topic id. */
export async function selectTopicSamples(
  sql: Sql,
  { cluster, topic, ...stretch }: { cluster: string; topic: string } & Stretch,
): Promise<SeriesRow[]> {
  return sql.$queryRaw`
    SELECT s.topic, s.topic_id::text AS "topicId", ${iso(stretch.fromAt)}::timestamptz AS "fromAt",
      array_agg(${msSince(stretch.fromAt)} ORDER BY c.at)::text AS at,
      array_agg(o.total ORDER BY c.at)::text AS total, array_agg(o.known ORDER BY c.at)::text AS known
    FROM topic_series s
    JOIN end_sample c ON c.series_id = s.id AND ${within(stretch)}
    CROSS JOIN LATERAL (SELECT sum(x) AS total, count(x) AS known FROM unnest(c.offsets) AS x) AS o
    WHERE s.cluster = ${cluster} AND s.topic = ${topic}
    GROUP BY s.topic, s.topic_id`;
}

/** A group with the greatest lag that a ranking saw. */
export interface RankedGroup {
  group: string;
  lag: number;
}

/** The groups with the greatest lag of the last hour, by their sparklines, greatest first. */
export async function selectWorstOfHour(sql: Sql, cluster: string, limit: number): Promise<RankedGroup[]> {
  return sql.$queryRaw`
    SELECT group_id AS "group", s.peak::float8 AS lag
    FROM group_state, LATERAL (SELECT max(x) AS peak FROM unnest(spark) AS x) AS s
    WHERE cluster = ${cluster} AND s.peak > 0
    ORDER BY s.peak DESC, group_id COLLATE "C" LIMIT ${limit}`;
}

/**
 * The groups with the greatest lag of folded rows, greatest first: the sum over a group's topics of their peaks, from
 * the index alone. The first row of a stretch counts as a whole.
 */
export async function selectWorstOfRows(
  sql: Sql,
  { cluster, limit, ...stretch }: { cluster: string; limit: number } & FoldedStretch,
): Promise<RankedGroup[]> {
  return sql.$queryRaw`
    SELECT "group", max(lag)::float8 AS lag
    FROM (SELECT cs.group_id AS "group", sum(c.peak) AS lag
      FROM commit_series cs JOIN ${commitsOf(stretch.level)} c ON c.series_id = cs.id AND ${reaching(stretch)}
      WHERE cs.cluster = ${cluster} GROUP BY cs.group_id, c.from_at) AS r
    GROUP BY "group" HAVING max(lag) > 0
    ORDER BY max(lag) DESC, "group" COLLATE "C" LIMIT ${limit}`;
}

/** The groups with the greatest lag at thirty instants of raw samples, greatest first: every one would be too many. */
export async function selectWorstOfSamples(
  sql: Sql,
  { cluster, limit, fromAt, beforeAt }: { cluster: string; limit: number } & Stretch,
): Promise<RankedGroup[]> {
  return sql.$queryRaw`
    WITH sweeps AS (
      SELECT at, row_number() OVER (ORDER BY at) AS n, count(*) OVER () AS total FROM cluster_sample
      WHERE cluster = ${cluster} AND at >= ${iso(fromAt)}::timestamptz AND at < ${iso(beforeAt)}::timestamptz),
    picked AS (SELECT at FROM sweeps WHERE n % greatest(1, total / 30) = 0),
    lags AS (
      SELECT cs.group_id, c.at, sum(o.lag) AS lag
      FROM picked p JOIN commit_sample c ON c.at = p.at
      JOIN commit_series cs ON cs.id = c.series_id AND cs.cluster = ${cluster}
      JOIN end_sample e ON e.series_id = cs.topic_series_id AND e.at = c.at
      CROSS JOIN LATERAL (SELECT sum(greatest(u.e - u.k, 0)) AS lag FROM unnest(c.offsets, e.offsets) AS u(k, e)
        WHERE u.k IS NOT NULL AND u.e IS NOT NULL) AS o
      GROUP BY cs.group_id, c.at)
    SELECT group_id AS "group", max(lag)::float8 AS lag FROM lags GROUP BY group_id HAVING max(lag) > 0
    ORDER BY max(lag) DESC, group_id COLLATE "C" LIMIT ${limit}`;
}
