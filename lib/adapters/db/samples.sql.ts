import { arrayLiteral } from "#lib/adapters/db/sweeps.sql.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { COMMIT_TABLES, END_TABLES } from "#lib/adapters/db/history-tables.ts";
import type { ClusterSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** The ids of topics' series, made where they are missing. The update is what makes RETURNING answer old rows too. */
export async function ensureTopicSeries(
  sql: Sql,
  {
    cluster,
    at,
    topics,
  }: { cluster: string; at: number; topics: readonly { topic: string; topicId: string }[] },
): Promise<{ id: bigint; topicId: string }[]> {
  return sql.$queryRaw`
    INSERT INTO topic_series (cluster, topic, topic_id, first_seen_at)
    SELECT ${cluster}, topic, "topicId", ${iso(at)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(topics)}::jsonb) AS r(topic text, "topicId" uuid)
    ON CONFLICT (cluster, topic_id) DO UPDATE SET topic = EXCLUDED.topic
    RETURNING id, topic_id::text AS "topicId"`;
}

/** The ids of groups' series, made where they are missing. */
export async function ensureCommitSeries(
  sql: Sql,
  {
    cluster,
    at,
    commits,
  }: {
    cluster: string;
    at: number;
    commits: readonly { group: string; topicSeriesId: string }[];
  },
): Promise<{ id: bigint; group: string; topicSeriesId: bigint }[]> {
  return sql.$queryRaw`
    INSERT INTO commit_series (cluster, group_id, topic_series_id, first_seen_at)
    SELECT ${cluster}, "group", "topicSeriesId", ${iso(at)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(commits)}::jsonb) AS r("group" text, "topicSeriesId" bigint)
    ON CONFLICT (cluster, group_id, topic_series_id) DO UPDATE SET group_id = EXCLUDED.group_id
    RETURNING id, group_id AS "group", topic_series_id AS "topicSeriesId"`;
}

/** A sample of one series. */
export interface SeriesSample {
  seriesId: bigint;
  offsets: OffsetsByPartition;
}

/** The samples of one sweep, of a closed set of two tables; a sample that is there already stays. */
export async function insertSamples(
  sql: Sql,
  kind: "ends" | "commits",
  { at, samples }: { at: number; samples: readonly SeriesSample[] },
): Promise<void> {
  const table = Prisma.raw(kind === "ends" ? END_TABLES.raw : COMMIT_TABLES.raw);
  // Thousands of elements go in as two texts: the client hands over each parameter of a list by itself.
  const ids = arrayLiteral(samples.map((each) => each.seriesId));
  const offsets = `{${samples.map((each) => `"${arrayLiteral(each.offsets)}"`).join(",")}}`;
  await sql.$executeRaw`
    INSERT INTO ${table} (series_id, at, offsets)
    SELECT id, ${iso(at)}::timestamptz, offsets::bigint[]
    FROM unnest(${ids}::text::bigint[], ${offsets}::text::text[]) AS r(id, offsets)
    ON CONFLICT DO NOTHING`;
}

/** The totals of one sweep. */
export async function insertClusterSample(
  sql: Sql,
  cluster: string,
  { at, totals }: ClusterSnapshot,
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO cluster_sample (cluster, at, produce_rate, consume_rate, lag)
    VALUES (${cluster}, ${iso(at)}::timestamptz, ${totals.produceRate}::float8, ${totals.consumeRate}::float8,
      ${totals.lag}::bigint)
    ON CONFLICT DO NOTHING`;
}

/** A stored sample as it is read back; arrays with nulls come as text. */
export interface StoredSample {
  topicId: string;
  group: string | null;
  at: Date;
  offsets: string;
}

/** A stretch of time: from an instant on, before another. */
export interface Stretch {
  fromAt: number;
  beforeAt: number;
}

/** End offsets of a stretch, of topics that still exist, oldest first. */
export async function readEndSamples(
  sql: Sql,
  cluster: string,
  { fromAt, beforeAt }: Stretch,
): Promise<StoredSample[]> {
  return sql.$queryRaw`
    SELECT s.topic_id::text AS "topicId", NULL AS "group", e.at, e.offsets::text AS offsets
    FROM end_sample e JOIN topic_series s ON s.id = e.series_id
    JOIN topic_state t ON t.cluster = s.cluster AND t.topic_id = s.topic_id
    WHERE s.cluster = ${cluster} AND e.at >= ${iso(fromAt)}::timestamptz AND e.at < ${iso(beforeAt)}::timestamptz
    ORDER BY e.at`;
}

/** Commits of a stretch, of groups that still exist, oldest first. */
export async function readCommitSamples(
  sql: Sql,
  cluster: string,
  { fromAt, beforeAt }: Stretch,
): Promise<StoredSample[]> {
  return sql.$queryRaw`
    SELECT s.topic_id::text AS "topicId", c.group_id AS "group", e.at, e.offsets::text AS offsets
    FROM commit_sample e JOIN commit_series c ON c.id = e.series_id
    JOIN topic_series s ON s.id = c.topic_series_id
    JOIN group_state g ON g.cluster = c.cluster AND g.group_id = c.group_id
    WHERE c.cluster = ${cluster} AND e.at >= ${iso(fromAt)}::timestamptz AND e.at < ${iso(beforeAt)}::timestamptz
    ORDER BY e.at`;
}

/** offsetsOfText reads PostgreSQL's text of an array of bigint. */
export function offsetsOfText(text: string): (bigint | null)[] {
  const inner = text.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((each) => (each === "NULL" ? null : BigInt(each)));
}
