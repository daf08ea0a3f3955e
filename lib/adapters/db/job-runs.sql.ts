import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { changeStates } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import { deadLettersOf } from "#lib/adapters/db/job-runs-places.sql.ts";
import { movesFrom, moveTo, type DeadLetterMove } from "#lib/domain/dead-letters/states.ts";
import type { Outcome } from "#lib/domain/jobs/job.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();
/** Rows that one statement changes at most: more than any portion has. */
const ROWS = 1_000_000;

/** The condition on `r` that it is one of these rows. */
export const rowsCondition = (seqs: readonly bigint[]): Prisma.Sql =>
  Prisma.sql`r.seq = ANY (${numberArray(seqs)}::bigint[])`;

/** Adds to a job's counts. */
export async function addCounts(
  sql: Sql,
  number: number,
  changes: Partial<Record<Outcome, number>>,
): Promise<void> {
  const entries = Object.entries(changes).filter(([, by]) => by !== 0);
  if (entries.length === 0) return;
  await sql.$executeRaw`
    UPDATE job j SET counts = j.counts || (
      SELECT jsonb_object_agg(c.outcome, greatest(0, coalesce((j.counts->>c.outcome)::bigint, 0) + c.change))
      FROM unnest(${textArray(entries.map(([outcome]) => outcome))}::text[],
        ${numberArray(entries.map(([, by]) => by))}::bigint[]) AS c(outcome, change))
    WHERE j.number = ${number}`;
}

/** A change of the outcome of rows. */
export interface OutcomeChange {
  /** The condition on `r`. */
  where: Prisma.Sql;
  from: readonly Outcome[];
  to: Outcome;
  code: string | null;
  reason: string | null;
  /** When it was settled; null for what is not settled. */
  settledAt: number | null;
}

/**
 * Changes the outcome of rows with the job's counts; answers how many. A statement a former outcome: joined with what
 * it picked itself, a job that was planned a moment ago is read row by row.
 */
export async function changeOutcomes(
  sql: Sql,
  number: number,
  { where, from, to, code, reason, settledAt }: OutcomeChange,
): Promise<number> {
  const settled = settledAt === null ? null : iso(settledAt);
  const changes: Partial<Record<Outcome, number>> = {};
  let all = 0;
  for (const was of from) {
    const rows = await sql.$executeRaw`
      UPDATE job_record r SET outcome = ${to}, reason_code = ${code}, reason = ${reason},
        settled_at = ${settled}::timestamptz
      WHERE r.job_number = ${number} AND r.outcome = ${was} AND ${where}`;
    changes[was] = -rows;
    all += rows;
  }
  await addCounts(sql, number, { ...changes, [to]: all });
  return all;
}

/** Moves the dead letters of rows, where they stand so that they may be moved. */
export async function moveDeadLetters(
  sql: Sql,
  number: number,
  { where, move, reason, at }: { where: Prisma.Sql; move: DeadLetterMove; reason: string | null; at: number },
): Promise<void> {
  const places = await deadLettersOf(sql, number, where);
  await changeStates(sql, {
    ...{ where: places, from: movesFrom(move), to: moveTo(move), reason, at, limit: ROWS, locked: "wait" },
  });
}

/** Closes the claims of rows: a claim that covers others too is cut, and stays for those. */
export async function closeClaims(
  sql: Sql,
  number: number,
  { where, at }: { where: Prisma.Sql; at: number },
): Promise<void> {
  await sql.$executeRaw`
    WITH gone AS (SELECT r.topic_id, r.partition, range_agg(int8range(r.record_offset, r.record_offset + 1)) AS offsets
        FROM job_record r WHERE r.job_number = ${number} AND ${where} GROUP BY 1, 2),
      closed AS (UPDATE job_claim k SET closed_at = ${iso(at)}::timestamptz FROM gone g
        WHERE k.job_number = ${number} AND k.closed_at IS NULL AND k.topic_id = g.topic_id
          AND k.partition = g.partition AND g.offsets && k.offsets
        RETURNING k.cluster, k.topic_id, k.partition, int8multirange(k.offsets) - g.offsets AS kept)
    INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
    SELECT ${number}, c.cluster, c.topic_id, c.partition, part FROM closed c CROSS JOIN LATERAL unnest(c.kept) AS part`;
}

/** A row whose copy is in the target. */
export interface SentRow {
  seq: bigint;
  targetOffset: bigint;
  /** sha256 of key and value, hex; null where recovery cannot tell it. */
  contentHash: string | null;
}

/** Marks pending rows as sent; answers how many. */
export async function markSent(
  sql: Sql,
  number: number,
  { rows, at }: { rows: readonly SentRow[]; at: number },
): Promise<number> {
  const [first, last] = [rows[0]?.seq ?? 0n, rows.at(-1)?.seq ?? -1n];
  // The bounds keep the join small where the planner has no statistics of the job yet.
  return sql.$executeRaw`
    UPDATE job_record r SET outcome = 'sent', reason_code = NULL, reason = NULL, target_offset = g.place,
      content_hash = decode(g.hash, 'hex'), sent_at = ${iso(at)}::timestamptz
    FROM unnest(${numberArray(rows.map(({ seq }) => seq))}::bigint[],
      ${numberArray(rows.map(({ targetOffset }) => targetOffset))}::bigint[],
      ${textArray(rows.map(({ contentHash }) => contentHash))}::text[]) AS g(seq, place, hash)
    WHERE r.job_number = ${number} AND r.seq = g.seq AND r.seq >= ${first} AND r.seq <= ${last}
      AND r.outcome = 'pending'`;
}

/** A row to be sent. */
export interface PendingRow {
  seq: bigint;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  hop: number;
  targetTopic: string | null;
  targetPartition: number | null;
}

/** Pending rows at or behind a number and before another, in the job's order. */
export async function selectPending(
  sql: Sql,
  number: number,
  { from, to, limit }: { from: bigint; to: bigint | null; limit: number },
): Promise<PendingRow[]> {
  const before = to === null ? Prisma.empty : Prisma.sql`AND seq < ${to}`;
  return sql.$queryRaw`
    SELECT seq, topic, topic_id::text AS "topicId", partition, record_offset AS "offset", hop,
      target_topic AS "targetTopic", target_partition AS "targetPartition"
    FROM job_record WHERE job_number = ${number} AND outcome = 'pending' AND seq >= ${from} ${before}
    ORDER BY seq LIMIT ${limit}`;
}

/** Jobs that a worker has something to do for, and who holds their leases now. */
export async function selectActive(
  sql: Sql,
  { cluster, sinceAt }: { cluster: string; sinceAt: number },
): Promise<{ number: number; id: string; state: string; wish: string; holder: string | null }[]> {
  return sql.$queryRaw`
    SELECT j.number, j.id::text AS id, j.state, j.wish, l.holder
    FROM job j LEFT JOIN worker_lease l ON l.name = 'job:' || j.id::text AND l.expires_at > clock_timestamp()
    WHERE j.cluster = ${cluster} AND (j.state IN ('planning', 'running', 'settling')
      OR (j.state = 'paused' AND j.wish <> 'pause')
      OR (j.state IN ('paused', 'cancelled') AND coalesce((j.counts->>'sent')::bigint, 0) > 0
        AND j.started_at > ${iso(sinceAt)}::timestamptz))
    ORDER BY j.number`;
}

/** What a worker asks between transactions, in one question. */
export async function selectAsk(
  sql: Sql,
  number: number,
  lease: { name: string; epoch: bigint },
): Promise<{ ours: boolean; wish: string; rate: number | null } | undefined> {
  const rows: { ours: boolean; wish: string; rate: number | null }[] = await sql.$queryRaw`
    SELECT EXISTS (SELECT 1 FROM worker_lease l WHERE l.name = ${lease.name} AND l.epoch = ${lease.epoch}) AS ours,
      j.wish, j.records_per_second AS rate
    FROM job j WHERE j.number = ${number}`;
  return rows[0];
}
