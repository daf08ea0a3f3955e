import { numberArray, textArray, timeArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { addCounts } from "#lib/adapters/db/job-runs.sql.ts";
import type { Outcome } from "#lib/domain/jobs/job.ts";

/**
 * JobException is what of a range did not go its way: a record that could not be sent or whose copy came back, or a gap.
 * Its offsets leave `was` in the counts of the job.
 */
export interface JobException {
  topic: string;
  topicId: string;
  partition: number;
  /** The record's offset, or the first of a gap. */
  offset: bigint;
  /** How many offsets it stands for: 1, or those of a gap. */
  offsets: number;
  was: Outcome;
  outcome: Outcome;
  code: string | null;
  /** In a sentence. */
  reason: string | null;
  /** Of a copy that was sent; left out where none was. */
  sent?: SentException;
}

/** The copy of a {@link JobException}, and the dead letter that it is now. Instants are epoch ms. */
interface SentException {
  eventId: string | null;
  /** The hop that the copy was on. */
  hop: number;
  /** null where nobody tells. */
  target: { topic: string; partition: number; offset: bigint } | null;
  sentAt: number | null;
  settledAt: number;
  returned: { topicRef: number; partition: number; offset: bigint } | null;
}

/** Part of a partition: `from` <= offset < `to`. */
interface Part {
  topicId: string;
  partition: number;
  from: bigint;
  to: bigint;
}

/** JobExceptionStore keeps the rows of jobs of ranges, which have none of records that went their way. */
export interface JobExceptionStore {
  /**
   * Adds rows behind those that are there, with the job's counts, and answers how many it added. A place that has a row
   * already is passed over: what is noted before a crash may be noted again. For a guarded transaction, which keeps
   * others from adding.
   */
  addExceptions(number: number, exceptions: readonly JobException[]): Promise<number>;
  /** Offsets of a part that have a row which says that nothing of them is sent, ascending. */
  unsentOffsets(number: number, part: Part): Promise<bigint[]>;
}

/** jobExceptionStore makes a {@link JobExceptionStore}. */
export function jobExceptionStore(sql: Sql): JobExceptionStore {
  return {
    addExceptions: (number, exceptions) => addExceptions(sql, number, exceptions),
    async unsentOffsets(number, { topicId, partition, from, to }) {
      const rows: { place: bigint }[] = await sql.$queryRaw`
        SELECT record_offset AS place FROM job_record
        WHERE job_number = ${number} AND topic_id = ${topicId}::uuid AND partition = ${partition}
          AND record_offset >= ${from} AND record_offset < ${to} AND outcome IN ('failed', 'refused')
        ORDER BY 1`;
      return rows.map(({ place }) => place);
    },
  };
}

async function addExceptions(sql: Sql, number: number, asked: readonly JobException[]): Promise<number> {
  // A place twice in one call is one row.
  const exceptions = [...new Map(asked.map((each) => [placeOf(each), each])).values()];
  if (exceptions.length === 0) return 0;
  // The index adds copies that came back, beside the job's own worker: numbers are given out one writer at a time.
  await sql.$executeRaw`SELECT 1 FROM job WHERE number = ${number} FOR UPDATE`;
  const added: { nth: bigint }[] = await insertRows(sql, number, exceptions);
  const changes: Partial<Record<Outcome, number>> = {};
  for (const { nth } of added) {
    const { was, outcome, offsets } = exceptions[Number(nth) - 1] ?? missing(nth);
    changes[was] = (changes[was] ?? 0) - offsets;
    changes[outcome] = (changes[outcome] ?? 0) + offsets;
  }
  await addCounts(sql, number, changes);
  return added.length;
}

const placeOf = ({ topicId, partition, offset }: JobException): string =>
  `${topicId} ${partition} ${offset.toString()}`;

function missing(nth: bigint): never {
  throw new Error(`The database tells of row ${nth.toString()}, which it was not given.`);
}

/** The numbers, from 1, of those that had no row yet. */
async function insertRows(
  sql: Sql,
  number: number,
  rows: readonly JobException[],
): Promise<{ nth: bigint }[]> {
  const numbers = (of: (row: JobException) => bigint | number | null): string => numberArray(rows.map(of));
  const texts = (of: (row: JobException) => string | null): string => textArray(rows.map(of));
  const times = (of: (row: JobException) => number | null): string => timeArray(rows.map(of));
  return sql.$queryRaw`
    WITH given AS (SELECT * FROM unnest(${texts(({ topic }) => topic)}::text[],
        ${texts(({ topicId }) => topicId)}::uuid[], ${numbers(({ partition }) => partition)}::int[],
        ${numbers(({ offset }) => offset)}::bigint[], ${texts(({ outcome }) => outcome)}::text[],
        ${texts(({ code }) => code)}::text[], ${texts(({ reason }) => reason)}::text[],
        ${texts(({ sent }) => sent?.eventId ?? null)}::text[], ${numbers(({ sent }) => sent?.hop ?? 0)}::int[],
        ${texts(({ sent }) => sent?.target?.topic ?? null)}::text[],
        ${numbers(({ sent }) => sent?.target?.partition ?? null)}::int[],
        ${numbers(({ sent }) => sent?.target?.offset ?? null)}::bigint[],
        ${times(({ sent }) => sent?.sentAt ?? null)}::timestamptz[],
        ${times(({ sent }) => sent?.settledAt ?? null)}::timestamptz[],
        ${numbers(({ sent }) => sent?.returned?.topicRef ?? null)}::int[],
        ${numbers(({ sent }) => sent?.returned?.partition ?? null)}::int[],
        ${numbers(({ sent }) => sent?.returned?.offset ?? null)}::bigint[]) WITH ORDINALITY
      AS g(topic, topic_id, partition, record_offset, outcome, reason_code, reason, event_id, hop, target_topic,
        target_partition, target_offset, sent_at, settled_at, returned_topic_ref, returned_partition,
        returned_offset, nth)),
    fresh AS (SELECT g.*, row_number() OVER (ORDER BY g.nth) AS place FROM given g
      WHERE NOT EXISTS (SELECT 1 FROM job_record r WHERE r.job_number = ${number} AND r.topic_id = g.topic_id
        AND r.partition = g.partition AND r.record_offset = g.record_offset)),
    added AS (INSERT INTO job_record (job_number, seq, topic, topic_id, partition, record_offset, outcome, reason_code,
        reason, event_id, hop, target_topic, target_partition, target_offset, sent_at, settled_at, returned_topic_ref,
        returned_partition, returned_offset)
      SELECT ${number}, (SELECT coalesce(max(seq) + 1, 0) FROM job_record WHERE job_number = ${number}) + f.place - 1,
        f.topic, f.topic_id, f.partition, f.record_offset, f.outcome, f.reason_code, f.reason, f.event_id, f.hop,
        f.target_topic, f.target_partition, f.target_offset, f.sent_at, f.settled_at, f.returned_topic_ref,
        f.returned_partition, f.returned_offset FROM fresh f)
    SELECT nth FROM fresh ORDER BY nth`;
}
