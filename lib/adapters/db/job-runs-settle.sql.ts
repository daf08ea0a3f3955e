import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** A row joined with its dead letter `d` and that one's cause `c`. */
const WITH_CAUSE = Prisma.sql`
  LEFT JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
    AND d.record_offset = r.record_offset
  LEFT JOIN dead_letter_cause c ON c.id = d.cause_ref`;

/** Where the copies of a job went, by failing group, and the oldest of them that is not settled. */
export async function selectSentTo(
  sql: Sql,
  number: number,
): Promise<{ group: string | null; topic: string; oldest: Date }[]> {
  return sql.$queryRaw`
    SELECT c.group_id AS "group", r.target_topic AS topic, min(r.sent_at) AS oldest
    FROM job_record r ${WITH_CAUSE}
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1`;
}

/** Copies of one group in a target's partition below an offset. */
export interface Boundary {
  /** The group of the dead letters; null is any. */
  group: string | null;
  topic: string;
  partition: number;
  below: bigint;
}

/** Sent rows whose copies lie below boundaries, at most `limit`. */
export async function selectBelow(
  sql: Sql,
  number: number,
  { boundaries, limit }: { boundaries: readonly Boundary[]; limit: number },
): Promise<bigint[]> {
  if (boundaries.length === 0) return [];
  const byGroup = boundaries.some(({ group }) => group !== null);
  const rows: { seq: bigint }[] = await sql.$queryRaw`
    SELECT r.seq FROM unnest(${textArray(boundaries.map((each) => each.group))}::text[],
      ${textArray(boundaries.map((each) => each.topic))}::text[],
      ${numberArray(boundaries.map((each) => each.partition))}::int[],
      ${numberArray(boundaries.map((each) => each.below))}::bigint[]) AS b(group_id, topic, partition, below)
    JOIN job_record r ON r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic = b.topic
      AND r.target_partition = b.partition AND r.target_offset < b.below
    ${byGroup ? WITH_CAUSE : Prisma.empty}
    WHERE ${byGroup ? Prisma.sql`(b.group_id IS NULL OR c.group_id = b.group_id)` : Prisma.sql`true`}
    LIMIT ${limit}`;
  return rows.map(({ seq }) => seq);
}

/** Sent rows to one target of one group that were sent before an instant, at most `limit`. */
export async function selectSentBefore(
  sql: Sql,
  number: number,
  of: { group: string | null; topic: string; beforeAt: number; limit: number },
): Promise<bigint[]> {
  const rows: { seq: bigint }[] = await sql.$queryRaw`
    SELECT r.seq FROM job_record r ${WITH_CAUSE}
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic = ${of.topic}
      AND c.group_id IS NOT DISTINCT FROM ${of.group} AND r.sent_at < ${iso(of.beforeAt)}::timestamptz
    LIMIT ${of.limit}`;
  return rows.map(({ seq }) => seq);
}

/** A copy that came back, and the dead letter that it is now. */
export interface ReturnedRow {
  seq: bigint;
  topicRef: number;
  partition: number;
  offset: bigint;
}

/**
 * Sent rows whose copy is a dead letter now: told by `sluice-redrive-id`, else by the copy that failed, else by event
 * id and group. Dead letters older than `sinceAt`, and those that the job itself sends, are not looked at.
 */
export async function selectReturned(
  sql: Sql,
  of: { number: number; id: string; cluster: string; sinceAt: number },
): Promise<ReturnedRow[]> {
  const pattern = `^${of.id}:[0-9]{1,18}$`;
  return sql.$queryRaw`
    WITH fresh AS MATERIALIZED (
      SELECT d.topic_ref, d.partition, d.record_offset, d.redrive_id, d.from_topic, d.from_partition, d.from_offset,
        d.event_id, c.group_id, CASE WHEN d.redrive_id ~ ${pattern} THEN split_part(d.redrive_id, ':', 2)::bigint END
          AS told
      FROM dead_letter_topic t
      JOIN dead_letter d ON d.topic_ref = t.id AND d.state IN ('open', 'discarded', 'in-redrive', 'unknown')
        AND d.twin_offset IS NULL AND d.at >= ${iso(of.sinceAt)}::timestamptz
      JOIN dead_letter_cause c ON c.id = d.cause_ref
      WHERE t.cluster = ${of.cluster} AND t.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM job_record o WHERE o.topic_id = t.topic_id AND o.partition = d.partition
          AND o.record_offset = d.record_offset AND o.job_number = ${of.number})),
    matched AS (
      SELECT r.seq, f.topic_ref, f.partition, f.record_offset, 1 AS rank FROM fresh f
      JOIN job_record r ON r.job_number = ${of.number} AND r.seq = f.told
      UNION ALL
      SELECT r.seq, f.topic_ref, f.partition, f.record_offset, 2 FROM fresh f
      JOIN job_record r ON r.job_number = ${of.number} AND r.target_topic = f.from_topic
        AND r.target_partition = f.from_partition AND r.target_offset = f.from_offset
      WHERE f.redrive_id IS NULL
      UNION ALL
      SELECT r.seq, f.topic_ref, f.partition, f.record_offset, 3 FROM fresh f
      JOIN job_record r ON r.job_number = ${of.number} AND r.outcome = 'sent' AND r.event_id = f.event_id
      JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
        AND d.record_offset = r.record_offset
      JOIN dead_letter_cause c ON c.id = d.cause_ref AND c.group_id = f.group_id
      WHERE f.redrive_id IS NULL)
    SELECT DISTINCT ON (m.seq) m.seq, m.topic_ref AS "topicRef", m.partition, m.record_offset AS "offset"
    FROM matched m JOIN job_record r ON r.job_number = ${of.number} AND r.seq = m.seq
    WHERE r.outcome IN ('sent', 'passed', 'unknown') AND r.target_offset IS NOT NULL
    ORDER BY m.seq, m.rank LIMIT 2000`;
}

/** Links rows with the dead letters that their copies came back as. */
export async function linkReturned(sql: Sql, number: number, rows: readonly ReturnedRow[]): Promise<void> {
  await sql.$executeRaw`
    UPDATE job_record r SET returned_topic_ref = g.topic_ref, returned_partition = g.partition,
      returned_offset = g.place
    FROM unnest(${numberArray(rows.map((each) => each.seq))}::bigint[],
      ${numberArray(rows.map((each) => each.topicRef))}::int[],
      ${numberArray(rows.map((each) => each.partition))}::int[],
      ${numberArray(rows.map((each) => each.offset))}::bigint[]) AS g(seq, topic_ref, partition, place)
    WHERE r.job_number = ${number} AND r.seq = g.seq`;
}

/** The dead-letter topics of a cluster that are indexed, and whether dead letters of a job lie in them. */
export async function selectChainTopics(
  sql: Sql,
  { cluster, number }: { cluster: string; number: number },
): Promise<{ ref: number; topic: string; sources: string[]; retryTopics: string[]; ofJob: boolean }[]> {
  return sql.$queryRaw`
    SELECT t.id AS ref, t.topic, t.sources, t.retry_topics AS "retryTopics", EXISTS (
        SELECT 1 FROM job_record r WHERE r.job_number = ${number} AND r.dead_letter_topic_ref = t.id) AS "ofJob"
    FROM dead_letter_topic t
    WHERE t.cluster = ${cluster} AND t.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM dead_letter_choice h
      WHERE h.cluster = t.cluster AND h.topic = t.topic AND h.choice = 'leave-out')`;
}

/** Settled rows by outcome since an instant; null is from the beginning. */
export async function countSettled(
  sql: Sql,
  number: number,
  sinceAt: Date | null,
): Promise<{ outcome: string; rows: bigint }[]> {
  const since = sinceAt === null ? Prisma.empty : Prisma.sql`AND settled_at > ${sinceAt}`;
  return sql.$queryRaw`
    SELECT outcome, count(*) AS rows FROM job_record
    WHERE job_number = ${number} AND outcome IN ('passed', 'returned', 'unknown') ${since} GROUP BY 1`;
}
