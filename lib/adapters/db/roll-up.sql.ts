import type { Sql } from "#lib/adapters/db/client.ts";
import { COMMIT_TABLES, END_TABLES } from "#lib/adapters/db/history-tables.ts";
import type { FoldedLevel } from "#lib/domain/time/history-levels.ts";
import { Prisma } from "#prisma/generated/client.ts";

// Each function folds one row's time of some series in one statement, so that no sample leaves the database. A row
// that is there already stays: a fold that was cut short is done again from the start.

/** One row of a level to be made: its series, from when and before when. `level` is read, `into` is written. */
export interface Fold {
  ids: readonly bigint[];
  fromAt: number;
  beforeAt: number;
}
/** A fold of a level into a coarser one; `slotMs` is the distance of the coarser one's slots. */
export interface CoarserFold extends Fold {
  level: FoldedLevel;
  into: FoldedLevel;
  slotMs: number;
}

const iso = (at: number): string => new Date(at).toISOString();
const idsOf = (ids: readonly bigint[]): string[] => ids.map(String);

/**
 * Samples of a raw table with the greatest width (partitions) of their series, and their arrays filled up to it with
 * nulls, since partitions may be added within the hour and an array of arrays is a rectangle.
 */
const samples = (table: "end_sample" | "commit_sample", { ids, fromAt, beforeAt }: Fold): Prisma.Sql =>
  Prisma.sql`
    raw AS (
      SELECT series_id, at, offsets, (extract(epoch FROM at - ${iso(fromAt)}::timestamptz) * 1000)::int AS ms,
        max(cardinality(offsets)) OVER (PARTITION BY series_id) AS width
      FROM ${Prisma.raw(table)}
      WHERE series_id = ANY (${idsOf(ids)}::bigint[])
        AND at >= ${iso(fromAt)}::timestamptz AND at < ${iso(beforeAt)}::timestamptz),
    sample AS (
      SELECT series_id, at, ms, width, offsets || array_fill(NULL::bigint, ARRAY[width - cardinality(offsets)]) AS offsets
      FROM raw WHERE width > 0)`;

/** Packs the end offsets of an hour. */
export async function packEnds(sql: Sql, fold: Fold): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO end_packed (series_id, from_at, at, offsets, total, known)
    WITH ${samples("end_sample", fold)}
    SELECT series_id, ${iso(fold.fromAt)}::timestamptz, array_agg(ms ORDER BY ms), array_agg(offsets ORDER BY ms),
      array_agg(o.total ORDER BY ms), array_agg(o.known ORDER BY ms)
    FROM sample CROSS JOIN LATERAL (
      SELECT sum(x)::bigint AS total, count(x)::int AS known FROM unnest(offsets) AS x) AS o
    GROUP BY series_id
    ON CONFLICT DO NOTHING`;
}

/**
 * Packs the commits of an hour with their lags, from the ends of the same sweep. The lag of a sum is null where an end
 * is missing: a part of a sum would be a wrong number.
 */
export async function packCommits(sql: Sql, fold: Fold): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO commit_packed (series_id, from_at, at, offsets, total, known, lags, lag, peak)
    WITH ${samples("commit_sample", fold)}
    SELECT m.series_id, ${iso(fold.fromAt)}::timestamptz, array_agg(ms ORDER BY ms), array_agg(m.offsets ORDER BY ms),
      array_agg(o.total ORDER BY ms), array_agg(o.known ORDER BY ms), array_agg(o.lags ORDER BY ms),
      array_agg(o.lag ORDER BY ms), max(o.lag)
    FROM sample m
    JOIN commit_series s ON s.id = m.series_id
    LEFT JOIN end_sample e ON e.series_id = s.topic_series_id AND e.at = m.at
      AND e.at >= ${iso(fold.fromAt)}::timestamptz AND e.at < ${iso(fold.beforeAt)}::timestamptz
    CROSS JOIN LATERAL (
      SELECT array_agg(each.lag ORDER BY n) AS lags, sum(k)::bigint AS total, count(k)::int AS known,
        CASE WHEN count(*) FILTER (WHERE k IS NOT NULL AND e IS NULL) = 0 THEN sum(each.lag)::bigint END AS lag
      FROM unnest(m.offsets, e.offsets) WITH ORDINALITY AS u(k, e, n)
      CROSS JOIN LATERAL (SELECT CASE WHEN e >= k THEN e - k WHEN e < k THEN 0 END AS lag) AS each
      WHERE n <= m.width) AS o
    GROUP BY m.series_id
    ON CONFLICT DO NOTHING`;
}

/**
 * The slots of some rows of a level, a `line` each: the instant, sums and partitions of the last sample of the slot,
 * and its greatest lags. A slot never reaches over the end of a row, so each row is told from itself: what its samples
 * belong to is kept in arrays (`its`) that the elements look up, since a join of elements to samples would hang on the
 * planner's guess of how many there are.
 */
const lines = (
  table: string,
  { ids, fromAt, beforeAt, slotMs }: CoarserFold,
  column: { lags: Prisma.Sql; lag: Prisma.Sql },
): Prisma.Sql => Prisma.sql`
    row AS (
      SELECT series_id, at, offsets, total, known, ${column.lags} AS lags, ${column.lag} AS lag,
        array_length(offsets, 2) AS width, max(array_length(offsets, 2)) OVER (PARTITION BY series_id) AS widest,
        (extract(epoch FROM from_at - ${iso(fromAt)}::timestamptz) * 1000)::int AS base
      FROM ${Prisma.raw(table)}
      WHERE series_id = ANY (${idsOf(ids)}::bigint[])
        AND from_at >= ${iso(fromAt)}::timestamptz AND from_at < ${iso(beforeAt)}::timestamptz),
    line AS (
      SELECT r.series_id, e.slot, its.ms[e.n] AS ms, its.total[e.n] AS total, its.known[e.n] AS known,
        its.peak[e.n] AS lag,
        e.offsets || array_fill(NULL::bigint, ARRAY[r.widest - r.width]) AS offsets,
        e.lags || array_fill(NULL::bigint, ARRAY[r.widest - r.width]) AS lags
      FROM row r
      CROSS JOIN LATERAL (
        SELECT array_agg(slot ORDER BY n) AS slot, array_agg(next IS DISTINCT FROM slot ORDER BY n) AS last,
          array_agg(ms ORDER BY n) AS ms, array_agg(total ORDER BY n) AS total, array_agg(known ORDER BY n) AS known,
          array_agg(peak ORDER BY n) AS peak
        FROM (
          SELECT n, ms, total, known, slot, max(lag) OVER (PARTITION BY slot) AS peak,
            lead(slot) OVER (ORDER BY n) AS next
          FROM (SELECT n, r.base + ms AS ms, total, known, lag, (r.base + ms) / ${slotMs}::int AS slot
            FROM unnest(r.at, r.total, r.known, r.lag) WITH ORDINALITY AS u(ms, total, known, lag, n)) AS u) AS u
        ) AS its
      CROSS JOIN LATERAL (
        SELECT slot, max(n) AS n, array_agg(kept ORDER BY p) AS offsets, array_agg(lag ORDER BY p) AS lags
        FROM (
          SELECT its.slot[n] AS slot, p, max(n) AS n, max(kept) FILTER (WHERE its.last[n]) AS kept, max(lag) AS lag
          FROM (SELECT kept, lag, (k - 1) / r.width + 1 AS n, (k - 1) % r.width AS p
            FROM unnest(r.offsets, r.lags) WITH ORDINALITY AS u(kept, lag, k)) AS u
          GROUP BY 1, 2) AS cell
        GROUP BY slot) AS e)`;

/** Folds end offsets into a coarser level: the last of each slot. */
export async function foldEnds(sql: Sql, fold: CoarserFold): Promise<void> {
  const none = Prisma.sql`NULL::bigint[]`;
  await sql.$executeRaw`
    INSERT INTO ${Prisma.raw(END_TABLES[fold.into])} (series_id, from_at, at, offsets, total, known)
    WITH ${lines(END_TABLES[fold.level], fold, { lags: none, lag: none })}
    SELECT series_id, ${iso(fold.fromAt)}::timestamptz, array_agg(ms ORDER BY slot), array_agg(offsets ORDER BY slot),
      array_agg(total ORDER BY slot), array_agg(known ORDER BY slot)
    FROM line GROUP BY series_id
    ON CONFLICT DO NOTHING`;
}

/** Folds commits into a coarser level: the last of each slot, with the greatest lags within it. */
export async function foldCommits(sql: Sql, fold: CoarserFold): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO ${Prisma.raw(COMMIT_TABLES[fold.into])} (series_id, from_at, at, offsets, total, known, lags, lag, peak)
    WITH ${lines(COMMIT_TABLES[fold.level], fold, { lags: Prisma.sql`lags`, lag: Prisma.sql`lag` })}
    SELECT series_id, ${iso(fold.fromAt)}::timestamptz, array_agg(ms ORDER BY slot), array_agg(offsets ORDER BY slot),
      array_agg(total ORDER BY slot), array_agg(known ORDER BY slot), array_agg(lags ORDER BY slot),
      array_agg(lag ORDER BY slot), max(lag)
    FROM line GROUP BY series_id
    ON CONFLICT DO NOTHING`;
}

/** Folds the totals of clusters: the last instant of each slot, mean rates and the greatest lag. */
export async function foldTotals(
  sql: Sql,
  { into, fromAt, beforeAt, slotMs }: Omit<CoarserFold, "ids" | "level">,
): Promise<void> {
  const source =
    into === "minute"
      ? Prisma.sql`cluster_sample WHERE true`
      : Prisma.sql`cluster_fold WHERE level = 'minute'`;
  await sql.$executeRaw`
    INSERT INTO cluster_fold (level, cluster, at, produce_rate, consume_rate, lag)
    SELECT ${into}, cluster, max(at), avg(produce_rate), avg(consume_rate), max(lag)
    FROM ${source} AND at >= ${iso(fromAt)}::timestamptz AND at < ${iso(beforeAt)}::timestamptz
    GROUP BY cluster, date_bin(${slotMs}::int * interval '1 millisecond', at, ${iso(fromAt)}::timestamptz)
    ON CONFLICT DO NOTHING`;
}

/** A series, and how many partitions its topic has. */
export interface SeriesWidth {
  id: bigint;
  width: number;
}

/** Every series of a kind with the width of its topic as last seen; one that is gone counts as narrow. */
export async function selectSeries(sql: Sql, kind: "ends" | "commits"): Promise<SeriesWidth[]> {
  const series =
    kind === "ends"
      ? Prisma.sql`topic_series s`
      : Prisma.sql`commit_series c JOIN topic_series s ON s.id = c.topic_series_id`;
  const id = Prisma.raw(kind === "ends" ? "s.id" : "c.id");
  return sql.$queryRaw`
    SELECT ${id} AS id, coalesce(t.partition_count, 1) AS width
    FROM ${series} LEFT JOIN topic_state t ON t.cluster = s.cluster AND t.topic_id = s.topic_id
    ORDER BY ${id}`;
}
