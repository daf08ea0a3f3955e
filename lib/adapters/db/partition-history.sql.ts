import type { Sql } from "#lib/adapters/db/client.ts";
import {
  commitsOf,
  endsOf,
  reaching,
  within,
  type FoldedStretch,
  type Stretch,
} from "#lib/adapters/db/history.sql.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** Where the slots of a heat map begin, and how long they are, ms. */
interface HeatSlots {
  originAt: number;
  slotMs: number;
}

/** The greatest lag of one partition in some slots, as parallel arrays in PostgreSQL's text. */
export interface HeatRow {
  topic: string;
  partition: number;
  slots: string;
  lags: string;
}

/** Which slot an instant falls into. */
const slotOf = (at: Prisma.Sql, { originAt, slotMs }: HeatSlots): Prisma.Sql =>
  Prisma.sql`floor((extract(epoch FROM ${at} - ${iso(originAt)}::timestamptz) * 1000) / ${slotMs}::float8)::int`;

/**
 * The greatest lags by partition and slot from folded rows. `slots` has the slot of each sample, -1 outside the stretch:
 * made once a row before the elements look it up, since joined to them it may be made for each.
 */
export async function selectHeatRows(
  sql: Sql,
  {
    cluster,
    group,
    originAt,
    slotMs,
    ...stretch
  }: { cluster: string; group: string } & HeatSlots & FoldedStretch,
): Promise<HeatRow[]> {
  const instant = Prisma.sql`(c.from_at + a.ms * interval '1 millisecond')`;
  return sql.$queryRaw`
    WITH row AS MATERIALIZED (
      SELECT s.topic, c.lags, array_length(c.lags, 2) AS width, (
        SELECT array_agg(CASE WHEN ${instant} >= ${iso(stretch.fromAt)}::timestamptz
            AND ${instant} < ${iso(stretch.beforeAt)}::timestamptz
          THEN ${slotOf(instant, { originAt, slotMs })} ELSE -1 END ORDER BY n)
        FROM unnest(c.at) WITH ORDINALITY AS a(ms, n)) AS slots
      FROM commit_series cs
      JOIN topic_series s ON s.id = cs.topic_series_id
      JOIN ${commitsOf(stretch.level)} c ON c.series_id = cs.id AND ${reaching(stretch)}
      WHERE cs.cluster = ${cluster} AND cs.group_id = ${group})
    SELECT topic, partition, array_agg(slot ORDER BY slot)::text AS slots, array_agg(lag ORDER BY slot)::text AS lags
    FROM (
      SELECT r.topic, ((u.k - 1) % r.width)::int AS partition, r.slots[(u.k - 1) / r.width + 1] AS slot,
        max(u.lag) AS lag
      FROM row r CROSS JOIN LATERAL unnest(r.lags) WITH ORDINALITY AS u(lag, k)
      WHERE u.lag IS NOT NULL
      GROUP BY 1, 2, 3) AS cell
    WHERE slot >= 0
    GROUP BY topic, partition ORDER BY topic, partition`;
}

/** The greatest lags by partition and slot from raw samples. */
export async function selectHeatSamples(
  sql: Sql,
  { cluster, group, originAt, slotMs, ...stretch }: { cluster: string; group: string } & HeatSlots & Stretch,
): Promise<HeatRow[]> {
  return sql.$queryRaw`
    SELECT topic, partition, array_agg(slot ORDER BY slot)::text AS slots, array_agg(lag ORDER BY slot)::text AS lags
    FROM (
      SELECT s.topic, (u.n - 1)::int AS partition, ${slotOf(Prisma.sql`c.at`, { originAt, slotMs })} AS slot,
        max(greatest(u.e - u.k, 0)) AS lag
      FROM commit_series cs
      JOIN topic_series s ON s.id = cs.topic_series_id
      JOIN commit_sample c ON c.series_id = cs.id AND ${within(stretch)}
      JOIN end_sample e ON e.series_id = s.id AND e.at = c.at
        AND e.at >= ${iso(stretch.fromAt)}::timestamptz AND e.at < ${iso(stretch.beforeAt)}::timestamptz
      CROSS JOIN LATERAL unnest(c.offsets, e.offsets) WITH ORDINALITY AS u(k, e, n)
      WHERE cs.cluster = ${cluster} AND cs.group_id = ${group} AND u.k IS NOT NULL AND u.e IS NOT NULL
      GROUP BY 1, 2, 3) AS r
    GROUP BY topic, partition ORDER BY topic, partition`;
}

/** Samples of one partition as parallel arrays in PostgreSQL's text, each an array of one-element rows. */
export interface PartitionRow {
  fromAt: Date;
  at: string;
  committed: string;
  lags: string;
  /** null where no end was stored. */
  endAt: string | null;
  ends: string | null;
}

interface OnePartition {
  cluster: string;
  group: string;
  topic: string;
  partition: number;
}

/** The folded samples of one partition, oldest first. */
export async function selectPartitionRows(
  sql: Sql,
  { cluster, group, topic, partition, ...stretch }: OnePartition & FoldedStretch,
): Promise<PartitionRow[]> {
  const column = Prisma.sql`[:][${partition + 1}::int : ${partition + 1}::int]`;
  return sql.$queryRaw`
    SELECT c.from_at AS "fromAt", c.at::text AS at, c.offsets${column}::text AS committed, c.lags${column}::text AS lags,
      e.at::text AS "endAt", e.offsets${column}::text AS ends
    FROM commit_series cs
    JOIN topic_series s ON s.id = cs.topic_series_id
    JOIN ${commitsOf(stretch.level)} c ON c.series_id = cs.id AND ${reaching(stretch)}
    LEFT JOIN ${endsOf(stretch.level)} e ON e.series_id = s.id AND e.from_at = c.from_at
    WHERE cs.cluster = ${cluster} AND cs.group_id = ${group} AND s.topic = ${topic}
    ORDER BY c.from_at`;
}

/** A raw sample of one partition. */
export interface PartitionSampleRow {
  at: Date;
  committed: bigint | null;
  end: bigint | null;
}

/** The raw samples of one partition, oldest first. */
export async function selectPartitionSamples(
  sql: Sql,
  { cluster, group, topic, partition, ...stretch }: OnePartition & Stretch,
): Promise<PartitionSampleRow[]> {
  return sql.$queryRaw`
    SELECT c.at, c.offsets[${partition + 1}::int] AS committed, e.offsets[${partition + 1}::int] AS "end"
    FROM commit_series cs
    JOIN topic_series s ON s.id = cs.topic_series_id
    JOIN commit_sample c ON c.series_id = cs.id AND ${within(stretch)}
    LEFT JOIN end_sample e ON e.series_id = s.id AND e.at = c.at
      AND e.at >= ${iso(stretch.fromAt)}::timestamptz AND e.at < ${iso(stretch.beforeAt)}::timestamptz
    WHERE cs.cluster = ${cluster} AND cs.group_id = ${group} AND s.topic = ${topic}
    ORDER BY c.at`;
}
