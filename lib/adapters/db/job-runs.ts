import type { Sql } from "#lib/adapters/db/client.ts";
import { jobRunEnds, type JobRunEnds } from "#lib/adapters/db/job-runs-ends.ts";
import { jobRunSettling, type JobRunSettling } from "#lib/adapters/db/job-runs-settle.ts";
import {
  addCounts,
  changeOutcomes,
  closeClaims,
  markSent,
  moveDeadLetters,
  rowsCondition,
  selectActive,
  selectAsk,
  selectPending,
  type PendingRow,
  type SentRow,
} from "#lib/adapters/db/job-runs.sql.ts";
import { storedOf, type StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { JobState, JobWish } from "#lib/domain/jobs/job.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A job that a worker has something to do for. */
export interface ActiveJob {
  number: number;
  id: string;
  state: JobState;
  wish: JobWish;
  /** Who holds its lease now; null is nobody. */
  holder: string | null;
}

/** A job as its worker needs it. */
export interface RunningJob extends StoredJob {
  /** Up to where its targets were looked through for aborted copies, offsets by partition; empty before it began. */
  countedTo: ReadonlyMap<string, readonly bigint[]>;
  /** What settled before was judged already, epoch ms. */
  judgedFromAt: number | null;
}

/** The cursor of one range. */
export interface RangeCursor {
  range: number;
  topic: string;
  topicId: string;
  partition: number;
  fromOffset: bigint;
  toOffset: bigint;
  nextOffset: bigint;
}

/** Rows that cannot be sent, of one reason. */
interface LeftRows {
  seqs: readonly bigint[];
  outcome: "refused" | "failed";
  code: string;
  reason: string;
  at: number;
}

/** What transactions that are committed say of a job. */
export interface Checkpoint {
  rows: readonly SentRow[];
  /** Up to which row everything is dealt with; null leaves it. */
  nextSeq: bigint | null;
  /** Cursors of ranges with what was sent of them since. */
  ranges: readonly { range: number; nextOffset: bigint; sent: number; passed: number }[];
  measured: { rate: number; at: number } | null;
  at: number;
}

/** JobRunStore is what the worker of a job reads and writes; its writes belong into guarded transactions. */
export interface JobRunStore extends JobRunEnds, JobRunSettling {
  /** Ended or paused jobs with copies that are not settled are active while they were started after `sinceAt`. */
  active(asked: { cluster: string; sinceAt: number }): Promise<ActiveJob[]>;
  /** null when there is none of this number. */
  load(number: number): Promise<RunningJob | null>;
  /** Whether the lease is held still, what people want, and the present brake; null when the job is gone. */
  ask(number: number, lease: Lease): Promise<{ ours: boolean; wish: JobWish; rate: number | null } | null>;
  /** Where the ledger and the targets stand before anything is sent, and the first rung. */
  begin(
    number: number,
    start: {
      ledger: { topicId: string; partition: number; start: bigint };
      countedTo: RunningJob["countedTo"];
      rung: number | null;
    },
  ): Promise<void>;
  /** Pending rows with `from` <= seq < `to`, in the job's order. */
  pending(number: number, page: { from: bigint; to: bigint | null; limit: number }): Promise<PendingRow[]>;
  ranges(number: number): Promise<RangeCursor[]>;
  checkpoint(number: number, done: Checkpoint): Promise<void>;
  /** Rows that are not sent: their dead letters are released and their claims closed. */
  leave(number: number, left: LeftRows): Promise<void>;
  /** Adds what of a range could not be sent; answers nothing. */
  leaveOfRange(
    number: number,
    range: RangeCursor,
    left: { offsets: readonly bigint[]; code: string; reason: string; at: number },
  ): Promise<void>;
  setRung(number: number, rung: number | null): Promise<void>;
  setWaits(number: number, waitsFor: string | null): Promise<void>;
  /** Adds aborted copies that were found up to where the targets are now looked through. */
  addAborted(number: number, found: { count: number; countedTo: RunningJob["countedTo"] }): Promise<void>;
}

/** jobRunStore makes a {@link JobRunStore}. */
export function jobRunStore(sql: Sql): JobRunStore {
  return { ...reading(sql), ...writing(sql), ...jobRunEnds(sql), ...jobRunSettling(sql) };
}

type Reading = Pick<JobRunStore, "active" | "load" | "ask" | "pending" | "ranges">;
type Writing = Omit<JobRunStore, keyof Reading | keyof JobRunEnds | keyof JobRunSettling>;

function reading(sql: Sql): Reading {
  return {
    async active(asked) {
      const rows = await selectActive(sql, asked);
      return rows.map((row) => ({ ...row, state: row.state as JobState, wish: row.wish as JobWish }));
    },
    async load(number) {
      const row = await sql.job.findFirst({ where: { number } });
      if (row === null) return null;
      const [more] = await sql.$queryRaw<MoreRow[]>`
        SELECT counted_to AS "countedTo", judged_from AS judged FROM job WHERE number = ${number}`;
      return { ...storedOf(row), ...moreOf(more) };
    },
    async ask(number, lease) {
      const row = await selectAsk(sql, number, lease);
      return row === undefined ? null : { ...row, wish: row.wish as JobWish };
    },
    pending: (number, page) => selectPending(sql, number, page),
    ranges: (number) => sql.$queryRaw`
      SELECT range, topic, topic_id::text AS "topicId", partition, from_offset AS "fromOffset",
        to_offset AS "toOffset", next_offset AS "nextOffset"
      FROM job_range WHERE job_number = ${number} ORDER BY range`,
  };
}

interface MoreRow {
  countedTo: Record<string, string[]> | null;
  judged: Date | null;
}

function moreOf(row: MoreRow | undefined): Omit<RunningJob, keyof StoredJob> {
  const counted = Object.entries(row?.countedTo ?? {});
  return {
    countedTo: new Map(counted.map(([topic, offsets]) => [topic, offsets.map(BigInt)])),
    judgedFromAt: row?.judged?.getTime() ?? null,
  };
}

const countedText = (countedTo: RunningJob["countedTo"]): string =>
  JSON.stringify(Object.fromEntries([...countedTo].map(([topic, offsets]) => [topic, offsets.map(String)])));

function writing(sql: Sql): Writing {
  return {
    async begin(number, { ledger, countedTo, rung }) {
      await sql.$executeRaw`
        UPDATE job SET ledger_topic_id = ${ledger.topicId}::uuid, ledger_partition = ${ledger.partition},
          ledger_start = ${ledger.start}, counted_to = ${countedText(countedTo)}::jsonb, rung = ${rung}
        WHERE number = ${number}`;
    },
    checkpoint: (number, done) => checkpoint(sql, number, done),
    async leave(number, { seqs, outcome, code, reason, at }) {
      const where = rowsCondition(seqs);
      const change = { where, code, reason, settledAt: null };
      await changeOutcomes(sql, number, { ...change, from: ["pending"], to: outcome });
      const left = Prisma.sql`${where} AND r.outcome = ${outcome}`;
      await moveDeadLetters(sql, number, { where: left, move: "release", reason, at });
      await closeClaims(sql, number, { where: left, at });
    },
    async leaveOfRange(number, { topic, topicId, partition }, { offsets, code, reason }) {
      for (const offset of offsets)
        await sql.$executeRaw`
          INSERT INTO job_record (job_number, seq, topic, topic_id, partition, record_offset, outcome, reason_code,
            reason)
          SELECT ${number}, coalesce(max(seq) + 1, 0), ${topic}, ${topicId}::uuid, ${partition}, ${offset}, 'failed',
            ${code}, ${reason} FROM job_record WHERE job_number = ${number}`;
      await addCounts(sql, number, { failed: offsets.length, pending: -offsets.length });
    },
    async setRung(number, rung) {
      await sql.$executeRaw`UPDATE job SET rung = ${rung} WHERE number = ${number}`;
    },
    async setWaits(number, waitsFor) {
      await sql.$executeRaw`UPDATE job SET waits_for = ${waitsFor} WHERE number = ${number}`;
    },
    async addAborted(number, { count, countedTo }) {
      await sql.$executeRaw`
        UPDATE job SET aborted = aborted + ${count}, counted_to = ${countedText(countedTo)}::jsonb
        WHERE number = ${number}`;
    },
  };
}

async function checkpoint(
  sql: Sql,
  number: number,
  { rows, nextSeq, ranges, measured, at }: Checkpoint,
): Promise<void> {
  const marked = rows.length === 0 ? 0 : await markSent(sql, number, { rows, at });
  const rate = measured?.rate ?? null;
  const measuredAt = measured === null ? null : new Date(measured.at).toISOString();
  await sql.$executeRaw`
    UPDATE job SET next_seq = greatest(next_seq, ${nextSeq ?? 0n}), waits_for = NULL, measured_rate = ${rate},
      measured_at = ${measuredAt}::timestamptz WHERE number = ${number}`;
  let [sent, passed] = [marked, marked];
  for (const each of ranges) {
    await sql.$executeRaw`
      UPDATE job_range SET next_offset = ${each.nextOffset}, sent = sent + ${each.sent}
      WHERE job_number = ${number} AND range = ${each.range}`;
    sent += each.sent;
    passed += each.passed;
  }
  await addCounts(sql, number, { sent, pending: -passed });
}
