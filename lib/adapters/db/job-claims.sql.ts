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
 * Claims pending rows, a claim a run of offsets that follow each other; whether all of them could be had. A statement
 * never fails of another's claim, it leaves out what it cannot have.
 */
export async function insertClaims(sql: Sql, cluster: string, rows: JobRows): Promise<boolean> {
  const counts: { left: bigint }[] = await sql.$queryRaw`
    WITH runs AS MATERIALIZED (SELECT topic_id, partition, run, min(record_offset) AS first, max(record_offset) AS last
        FROM (SELECT topic_id, partition, record_offset,
            record_offset - row_number() OVER (PARTITION BY topic_id, partition ORDER BY record_offset) AS run
          FROM job_record WHERE ${pending(rows)}) AS r
        GROUP BY topic_id, partition, run),
      claimed AS (INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
        SELECT ${rows.number}::int, ${cluster}, topic_id, partition, int8range(first, last + 1) FROM runs
        ORDER BY topic_id, partition, run ON CONFLICT DO NOTHING RETURNING 1)
    SELECT (SELECT count(*) FROM runs) - (SELECT count(*) FROM claimed) AS left`;
  return counts[0]?.left === 0n;
}

/** A pending row, and which job has a claim of it. */
interface RowClaimer {
  seq: bigint;
  topicId: string;
  partition: number;
  offset: bigint;
  claimer: number | null;
}

/**
 * Pending rows that the job has no claim of. LATERAL with a limit: a plain join reads the claims of the whole cluster
 * for each row while the planner has no statistics of them.
 */
async function selectUnclaimed(sql: Sql, cluster: string, rows: JobRows): Promise<RowClaimer[]> {
  return sql.$queryRaw`
    SELECT r.seq, r.topic_id::text AS "topicId", r.partition, r.record_offset AS "offset", c.job_number AS claimer
    FROM (SELECT * FROM job_record WHERE ${pending(rows)}) AS r LEFT JOIN LATERAL (
      SELECT c.job_number FROM job_claim c WHERE c.cluster = ${cluster} AND c.topic_id = r.topic_id
        AND c.partition = r.partition AND c.offsets @> r.record_offset AND c.closed_at IS NULL LIMIT 1) AS c ON true
    WHERE c.job_number IS DISTINCT FROM ${rows.number}::int ORDER BY r.topic_id, r.partition, r.record_offset`;
}

/**
 * Claims one by one what could not be claimed in runs, and refuses the pending rows that the job can have no claim of,
 * naming the job that has; answers how many.
 */
export async function refuseUnclaimed(sql: Sql, cluster: string, rows: JobRows): Promise<number> {
  const open = await selectUnclaimed(sql, cluster, rows);
  const free = open.filter(({ claimer }) => claimer === null);
  await sql.$executeRaw`
    INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
    SELECT ${rows.number}::int, ${cluster}, a.topic_id, a.partition, int8range(a.place, a.place + 1)
    FROM unnest(${textArray(free.map((each) => each.topicId))}::uuid[],
      ${numberArray(free.map((each) => each.partition))}::int[],
      ${numberArray(free.map((each) => each.offset))}::bigint[]) AS a(topic_id, partition, place)
    ON CONFLICT DO NOTHING`;
  const refused = await selectUnclaimed(sql, cluster, rows);
  return refuseRows(sql, rows.number, {
    code: "claimed_elsewhere",
    rows: refused.map(({ seq, claimer }) => ({
      seq,
      reason: `It is claimed by ${claimer === null ? "another job" : `job ${claimer}`}.`,
    })),
  });
}

async function refuseRows(
  sql: Sql,
  number: number,
  { code, rows }: { code: string; rows: readonly { seq: bigint; reason: string }[] },
): Promise<number> {
  if (rows.length === 0) return 0;
  return sql.$executeRaw`
    UPDATE job_record r SET outcome = 'refused', reason_code = ${code}, reason = u.reason
    FROM unnest(${numberArray(rows.map(({ seq }) => seq))}::bigint[],
      ${textArray(rows.map(({ reason }) => reason))}::text[]) AS u(seq, reason)
    WHERE r.job_number = ${number} AND r.seq = u.seq AND r.outcome = 'pending'`;
}

/** Refuses pending rows whose dead letter did not move into the redrive; answers how many. */
export async function refuseUnmoved(sql: Sql, rows: JobRows): Promise<number> {
  const unmoved: { seq: bigint; state: string | null }[] = await sql.$queryRaw`
    SELECT r.seq, d.state
    FROM (SELECT * FROM job_record WHERE ${pending(rows)} AND dead_letter_topic_ref IS NOT NULL) AS r
    LEFT JOIN LATERAL (SELECT d.state FROM dead_letter d WHERE d.topic_ref = r.dead_letter_topic_ref
      AND d.partition = r.partition AND d.record_offset = r.record_offset LIMIT 1) AS d ON true
    WHERE d.state IS DISTINCT FROM 'in-redrive'`;
  return refuseRows(sql, rows.number, {
    code: "state_changed",
    rows: unmoved.map(({ seq, state }) => ({
      ...{
        seq,
        reason: state === null ? "Its dead letter is forgotten." : `Its dead letter is ${state} now.`,
      },
    })),
  });
}

/** How many rows a job has. */
export async function countRows(sql: Sql, number: number): Promise<bigint> {
  const rows: { rows: bigint }[] = await sql.$queryRaw`
    SELECT coalesce(max(seq) + 1, 0) AS rows FROM job_record WHERE job_number = ${number}`;
  return rows[0]?.rows ?? 0n;
}

/** Held rows become pending; answers how many. */
export async function freeHeld(sql: Sql, { number, from, to }: JobRows): Promise<number> {
  return sql.$executeRaw`
    UPDATE job_record SET outcome = 'pending', reason_code = NULL, reason = NULL
    WHERE job_number = ${number} AND seq >= ${from} AND seq < ${to} AND outcome = 'held'`;
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
