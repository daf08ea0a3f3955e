import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** A row joined with its dead letter `d` and that one's cause `c`. */
const WITH_CAUSE = Prisma.sql`
  LEFT JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
    AND d.record_offset = r.record_offset
  LEFT JOIN dead_letter_cause c ON c.id = d.cause_ref`;

/**
 * Where the copies of a job went that are not settled, and when the oldest of them was sent; by failing group where that
 * is asked for, which costs a join of each.
 */
export async function selectSentTo(
  sql: Sql,
  number: number,
  byGroup: boolean,
): Promise<{ group: string | null; topic: string; oldest: Date }[]> {
  const group = byGroup ? Prisma.sql`c.group_id` : Prisma.sql`NULL`;
  return sql.$queryRaw`
    SELECT ${group} AS "group", r.target_topic AS topic, min(r.sent_at) AS oldest
    FROM job_record r ${byGroup ? WITH_CAUSE : Prisma.empty}
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1`;
}

/**
 * Where the copies of a job of one target went that are not settled, at the cost of one row: records are sent in the
 * order of their numbers.
 */
export async function selectFirstSent(sql: Sql, number: number): Promise<{ topic: string; oldest: Date }[]> {
  return sql.$queryRaw`
    SELECT r.target_topic AS topic, r.sent_at AS oldest FROM job_record r
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic IS NOT NULL ORDER BY r.seq LIMIT 1`;
}

/** Copies of one group in a target's partition below an offset. */
export interface Boundary {
  /** The group of the dead letters; null is any. */
  group: string | null;
  topic: string;
  partition: number;
  /** Where they begin; from the first one where it is left out. */
  from?: bigint;
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
      ${numberArray(boundaries.map((each) => each.from ?? 0n))}::bigint[],
      ${numberArray(boundaries.map((each) => each.below))}::bigint[]) AS b(group_id, topic, partition, lowest, below)
    JOIN job_record r ON r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic = b.topic
      AND r.target_partition = b.partition AND r.target_offset >= b.lowest AND r.target_offset < b.below
    ${byGroup ? WITH_CAUSE : Prisma.empty}
    WHERE ${byGroup ? Prisma.sql`(b.group_id IS NULL OR c.group_id = b.group_id)` : Prisma.sql`true`}
    LIMIT ${limit}`;
  return rows.map(({ seq }) => seq);
}

/** Copies of a group, or of any (`undefined`), in a topic that were sent before an instant, epoch ms. */
export interface SentEarlier {
  /** null is of dead letters that do not tell theirs. */
  group: string | null | undefined;
  topic: string;
  beforeAt: number;
  limit: number;
}

/** Sent rows to one target that were sent before an instant, at most `limit`. */
export async function selectSentBefore(sql: Sql, number: number, of: SentEarlier): Promise<bigint[]> {
  const anyGroup = of.group === undefined;
  const ofGroup = anyGroup ? Prisma.empty : Prisma.sql`AND c.group_id IS NOT DISTINCT FROM ${of.group}`;
  const rows: { seq: bigint }[] = await sql.$queryRaw`
    SELECT r.seq FROM job_record r ${anyGroup ? Prisma.empty : WITH_CAUSE}
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_topic = ${of.topic}
      ${ofGroup} AND r.sent_at < ${iso(of.beforeAt)}::timestamptz
    LIMIT ${of.limit}`;
  return rows.map(({ seq }) => seq);
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
