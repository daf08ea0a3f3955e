import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { jobExceptionStore, type JobException } from "#lib/adapters/db/job-exceptions.ts";
import type { LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";

/** The copies of a job of ranges in one partition of a target. */
export interface RangeTarget {
  topic: string;
  partition: number;
  copies: number;
  /** The offset behind the last of them. */
  nextOffset: bigint;
  /** When the last of them was sent, epoch ms. */
  sentAt: number;
  /** How many of them are settled, those that came back counted in. */
  settled: number;
  /** The offset that those lie below; null where none is settled. */
  settledTo: bigint | null;
}

/** The copies of a partition up to a place: the first `copies` that were sent there lie below `offset`. */
export interface SettledPart {
  topic: string;
  partition: number;
  offset: bigint;
  copies: number;
}

/** A copy of a range that is a dead letter now. */
export interface RangeReturn {
  range: number;
  /** Of the record in the source. */
  offset: bigint;
  eventId: string | null;
  hop: number;
  /** Where the copy lay that failed, where that is told and in a target of the job. */
  target: { topic: string; partition: number; offset: bigint } | null;
  returned: { topicRef: number; partition: number; offset: bigint };
}

/** JobRangeSettling keeps what became of the copies of ranges; its writes belong into guarded transactions. */
export interface JobRangeSettling {
  /** Partitions that hold copies of the job, by topic and partition. */
  rangeTargets(number: number): Promise<RangeTarget[]>;
  /** Copies of parts are settled: what came back of them by its row, the others as `outcome`. */
  settleParts(
    number: number,
    of: { parts: readonly SettledPart[]; outcome: "passed" | "unknown" },
  ): Promise<void>;
  /** Copies of ranges came back, each of which gets a row; answers how many had none. */
  addRangeReturns(number: number, of: { returns: readonly RangeReturn[]; at: number }): Promise<number>;
}

const RETURNED = "It came back to a dead-letter topic.";

/** jobRangeSettling makes {@link JobRangeSettling}. */
export function jobRangeSettling(sql: Sql): JobRangeSettling {
  return {
    async rangeTargets(number) {
      const rows = await selectTargets(sql, number);
      return rows.map(({ sent, copies, settled, ...row }) => ({
        ...row,
        ...{ copies: Number(copies), settled: Number(settled), sentAt: sent.getTime() },
      }));
    },
    settleParts: (number, of) => settleParts(sql, number, of),
    addRangeReturns: (number, of) => addRangeReturns(sql, number, of),
  };
}

type Row = Omit<RangeTarget, "copies" | "settled" | "sentAt"> & {
  copies: bigint;
  settled: bigint;
  sent: Date;
};

async function selectTargets(sql: Sql, number: number): Promise<Row[]> {
  return sql.$queryRaw`
    SELECT topic, partition, copies, next_offset AS "nextOffset", sent_at AS sent, settled, settled_to AS "settledTo"
    FROM job_range_target WHERE job_number = ${number} ORDER BY topic COLLATE "C", partition`;
}

/**
 * Adds what transactions wrote to the partitions of the targets, and notes where each range's copies go. The job's
 * counts follow by {@link recountRanges}.
 */
export async function noteRangeTargets(
  sql: Sql,
  number: number,
  { ranges, at }: { ranges: readonly { range: number; targets: LedgerEntry["targets"] }[]; at: number },
): Promise<void> {
  const written = ranges.flatMap(({ targets }) => targets);
  if (written.length === 0) return;
  await sql.$executeRaw`
    INSERT INTO job_range_target AS t (job_number, topic, partition, copies, first_offset, next_offset, sent_at)
    SELECT ${number}, g.topic, g.partition, sum(g.copies), min(g.base), max(g.base + g.copies),
      ${new Date(at).toISOString()}::timestamptz
    FROM unnest(${textArray(written.map(({ topic }) => topic))}::text[],
      ${numberArray(written.map(({ partition }) => partition))}::int[],
      ${numberArray(written.map(({ baseOffset }) => baseOffset))}::bigint[],
      ${numberArray(written.map(({ count }) => count))}::bigint[]) AS g(topic, partition, base, copies)
    GROUP BY 2, 3
    ON CONFLICT (job_number, topic, partition) DO UPDATE SET copies = t.copies + EXCLUDED.copies,
      next_offset = greatest(t.next_offset, EXCLUDED.next_offset), sent_at = greatest(t.sent_at, EXCLUDED.sent_at)`;
  const going = ranges.flatMap(({ range, targets: [first] }) =>
    first === undefined ? [] : [{ range, topic: first.topic }],
  );
  await sql.$executeRaw`
    UPDATE job_range r SET target_topic = g.topic
    FROM unnest(${numberArray(going.map(({ range }) => range))}::int[],
      ${textArray(going.map(({ topic }) => topic))}::text[]) AS g(range, topic)
    WHERE r.job_number = ${number} AND r.range = g.range AND r.target_topic IS DISTINCT FROM g.topic`;
}

/** Who changes what a job's counts are made of waits for whoever does. */
async function lockJob(sql: Sql, number: number): Promise<void> {
  await sql.$executeRaw`SELECT 1 FROM job WHERE number = ${number} FOR UPDATE`;
}

/**
 * Counts what became of the copies of ranges anew: `sent`, `passed`, `returned` and `unknown`. A copy that came back
 * does not tell which partition it lay in, so it is counted off its topic's settled copies, those that passed first: a
 * count of passed ones is too small rather than too great while others are open, and exact when all are settled.
 */
export async function recountRanges(sql: Sql, number: number): Promise<void> {
  await sql.$executeRaw`
    WITH written AS (SELECT topic, sum(copies) AS copies, sum(settled - unknown) AS passed, sum(unknown) AS lost
        FROM job_range_target WHERE job_number = ${number} GROUP BY 1),
      returned AS (SELECT g.target_topic AS topic, count(*) AS n FROM job_record r
        LEFT JOIN job_range g ON g.job_number = r.job_number AND g.topic_id = r.topic_id
          AND g.partition = r.partition AND r.record_offset >= g.from_offset AND r.record_offset < g.to_offset
        WHERE r.job_number = ${number} AND r.outcome = 'returned' GROUP BY 1),
      each AS (SELECT coalesce(w.copies, 0) AS copies, coalesce(b.n, 0) AS returned,
          greatest(0, coalesce(w.passed, 0) - coalesce(b.n, 0)) AS passed,
          greatest(0, coalesce(w.lost, 0) - greatest(0, coalesce(b.n, 0) - coalesce(w.passed, 0))) AS lost
        FROM written w FULL JOIN returned b ON b.topic = w.topic),
      whole AS (SELECT coalesce(sum(passed), 0) AS passed, coalesce(sum(returned), 0) AS returned,
        coalesce(sum(lost), 0) AS lost, coalesce(sum(greatest(0, copies - passed - lost - returned)), 0) AS sent
        FROM each)
    UPDATE job j SET counts = j.counts || jsonb_build_object('sent', w.sent::bigint, 'passed', w.passed::bigint,
      'returned', w.returned::bigint, 'unknown', w.lost::bigint)
    FROM whole w WHERE j.number = ${number}`;
}

async function settleParts(
  sql: Sql,
  number: number,
  { parts, outcome }: Parameters<JobRangeSettling["settleParts"]>[1],
): Promise<void> {
  if (parts.length === 0) return;
  await lockJob(sql, number);
  await sql.$executeRaw`
    UPDATE job_range_target t SET settled = g.copies, settled_to = g.below,
      "unknown" = t.unknown + CASE WHEN ${outcome} = 'unknown' THEN g.copies - t.settled ELSE 0 END
    FROM unnest(${textArray(parts.map(({ topic }) => topic))}::text[],
      ${numberArray(parts.map(({ partition }) => partition))}::int[],
      ${numberArray(parts.map(({ offset }) => offset))}::bigint[],
      ${numberArray(parts.map(({ copies }) => copies))}::bigint[]) AS g(topic, partition, below, copies)
    WHERE t.job_number = ${number} AND t.topic = g.topic AND t.partition = g.partition AND t.settled < g.copies`;
  await recountRanges(sql, number);
}

async function addRangeReturns(
  sql: Sql,
  number: number,
  { returns, at }: Parameters<JobRangeSettling["addRangeReturns"]>[1],
): Promise<number> {
  if (returns.length === 0) return 0;
  await lockJob(sql, number);
  const sources: { range: number; topic: string; topicId: string; partition: number }[] = await sql.$queryRaw`
    SELECT range, topic, topic_id::text AS "topicId", partition FROM job_range WHERE job_number = ${number}`;
  const byRange = new Map(sources.map(({ range, ...source }) => [range, source]));
  const exceptions = returns.flatMap(({ range, offset, eventId, hop, target, returned }): JobException[] => {
    const source = byRange.get(range);
    if (source === undefined) return [];
    return [
      {
        ...{ ...source, offset, offsets: 1, was: "sent", outcome: "returned", code: "returned" },
        ...{ reason: RETURNED, sent: { eventId, hop, target, sentAt: null, settledAt: at, returned } },
      },
    ];
  });
  const added = await jobExceptionStore(sql).addExceptions(number, exceptions);
  if (added > 0) await recountRanges(sql, number);
  return added;
}
