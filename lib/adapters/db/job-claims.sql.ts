import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { deadLettersOf } from "#lib/adapters/db/job-runs-places.sql.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** Rows of a job: `from` <= seq < `to`. */
interface JobRows {
  number: number;
  from: bigint;
  to: bigint;
}

/** Where a record lies. */
export interface ClaimedPlace {
  topicId: string;
  partition: number;
  offset: bigint;
}

const pending = ({ number, from, to }: JobRows): Prisma.Sql =>
  Prisma.sql`job_number = ${number} AND seq >= ${from} AND seq < ${to} AND outcome = 'pending'`;

/** The condition on a dead letter `d` that it is a pending row of a job. */
export async function inRows(sql: Sql, rows: JobRows): Promise<Prisma.Sql> {
  return Prisma.sql`d.twin_offset IS NULL AND ${await deadLettersOf(sql, rows.number, pending(rows))}`;
}

/**
 * Claims pending rows, a claim a run of offsets that follow each other. A run that another job holds some of is then
 * claimed offset by offset: a statement never fails of another's claim, it leaves out what it cannot have.
 */
export async function insertClaims(sql: Sql, cluster: string, rows: JobRows): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
    SELECT ${rows.number}::int, ${cluster}, topic_id, partition, int8range(min(record_offset), max(record_offset) + 1)
    FROM (SELECT topic_id, partition, record_offset,
        record_offset - row_number() OVER (PARTITION BY topic_id, partition ORDER BY record_offset) AS run
      FROM job_record WHERE ${pending(rows)}) AS r
    GROUP BY topic_id, partition, run ORDER BY topic_id, partition, run ON CONFLICT DO NOTHING`;
  await sql.$executeRaw`
    INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
    SELECT ${rows.number}::int, ${cluster}, r.topic_id, r.partition, int8range(r.record_offset, r.record_offset + 1)
    FROM job_record r WHERE ${pending(rows)} AND NOT EXISTS (${ownClaim(cluster, rows)})
    ORDER BY r.topic_id, r.partition, r.record_offset ON CONFLICT DO NOTHING`;
}

const ownClaim = (cluster: string, { number }: JobRows): Prisma.Sql => Prisma.sql`
  SELECT 1 FROM job_claim c WHERE c.cluster = ${cluster} AND c.topic_id = r.topic_id AND c.partition = r.partition
    AND c.offsets @> r.record_offset AND c.closed_at IS NULL AND c.job_number = ${number}`;

/** Refuses pending rows that the job holds no claim of, naming the job that does. */
export async function refuseUnclaimed(sql: Sql, cluster: string, rows: JobRows): Promise<void> {
  await sql.$executeRaw`
    UPDATE job_record r SET outcome = 'refused', reason_code = 'claimed_elsewhere',
      reason = coalesce((SELECT 'It is claimed by job ' || c.job_number || '.' FROM job_claim c
        WHERE c.cluster = ${cluster} AND c.topic_id = r.topic_id AND c.partition = r.partition
          AND c.offsets @> r.record_offset AND c.closed_at IS NULL LIMIT 1), 'It is claimed by another job.')
    WHERE ${pending(rows)} AND NOT EXISTS (${ownClaim(cluster, rows)})`;
}

/** Refuses pending rows whose dead letter did not move into the redrive. */
export async function refuseUnmoved(sql: Sql, rows: JobRows): Promise<void> {
  await sql.$executeRaw`
    UPDATE job_record r SET outcome = 'refused', reason_code = 'state_changed',
      reason = coalesce((SELECT 'Its dead letter is ' || d.state || ' now.' FROM dead_letter d
        WHERE d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
          AND d.record_offset = r.record_offset), 'Its dead letter is forgotten.')
    WHERE ${pending(rows)} AND r.dead_letter_topic_ref IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dead_letter d
      WHERE d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition AND d.record_offset = r.record_offset
        AND d.state = 'in-redrive')`;
}

/** Claims the ranges of a job; the numbers of the jobs that hold some of them, where there are any. */
export async function insertRangeClaims(
  sql: Sql,
  { cluster, number }: { cluster: string; number: number },
): Promise<number[]> {
  await sql.$executeRaw`
    INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
    SELECT job_number, ${cluster}, topic_id, partition, int8range(from_offset, to_offset) FROM job_range
    WHERE job_number = ${number} AND from_offset < to_offset ORDER BY topic_id, partition, from_offset
    ON CONFLICT DO NOTHING`;
  const rows: { number: number }[] = await sql.$queryRaw`
    SELECT DISTINCT c.job_number AS number FROM job_range r JOIN job_claim c ON c.cluster = ${cluster}
      AND c.topic_id = r.topic_id AND c.partition = r.partition AND c.offsets && int8range(r.from_offset, r.to_offset)
    WHERE r.job_number = ${number} AND c.closed_at IS NULL AND c.job_number <> ${number} ORDER BY 1`;
  return rows.map((row) => row.number);
}

/** Which job holds each place, by the number of the question from 1. */
export async function selectClaimers(
  sql: Sql,
  cluster: string,
  places: readonly ClaimedPlace[],
): Promise<{ nth: bigint; number: number }[]> {
  return sql.$queryRaw`
    SELECT a.nth, c.job_number AS number FROM unnest(${textArray(places.map((each) => each.topicId))}::uuid[],
      ${numberArray(places.map((each) => each.partition))}::int[],
      ${numberArray(places.map((each) => each.offset))}::bigint[])
      WITH ORDINALITY AS a(topic_id, partition, place, nth)
    JOIN job_claim c ON c.cluster = ${cluster} AND c.topic_id = a.topic_id AND c.partition = a.partition
      AND c.offsets @> a.place AND c.closed_at IS NULL`;
}
