import type { Sql } from "#lib/adapters/db/client.ts";
import { jobExceptionStore, type JobExceptionStore } from "#lib/adapters/db/job-exceptions.ts";
import { jobReplayStore, type JobReplayStore } from "#lib/adapters/db/job-replays.ts";
import { jobRunEnds, type JobRunEnds } from "#lib/adapters/db/job-runs-ends.ts";
import { noteRangeTargets, recountRanges } from "#lib/adapters/db/job-runs-settle-ranges.ts";
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
import type { JobState, JobWish, OutcomeCounts } from "#lib/domain/jobs/job.ts";
import type { LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";
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
  /** What had settled when somebody resumed it; null where nobody did. */
  judgedCounts: Partial<OutcomeCounts> | null;
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
  ranges: readonly {
    range: number;
    nextOffset: bigint;
    sent: number;
    passed: number;
    /** Where its copies were written. */
    targets: LedgerEntry["targets"];
  }[];
  measured: { rate: number; at: number } | null;
  at: number;
}

/** JobRunStore is what the worker of a job reads and writes; its writes belong into guarded transactions. */
export interface JobRunStore extends JobRunEnds, JobRunSettling, JobExceptionStore, JobReplayStore {
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
  setRung(number: number, rung: number | null): Promise<void>;
  setWaits(number: number, waitsFor: string | null): Promise<void>;
  /** Adds aborted copies that were found up to where the targets are now looked through. */
  addAborted(number: number, found: { count: number; countedTo: RunningJob["countedTo"] }): Promise<void>;
  /** Adds copies that may be there twice, as {@link addAborted} does. */
  addPossibleDuplicates(
    number: number,
    found: { count: number; countedTo: RunningJob["countedTo"] },
  ): Promise<void>;
}

/** jobRunStore makes a {@link JobRunStore}. */
export function jobRunStore(sql: Sql): JobRunStore {
  const ends = {
    ...jobRunEnds(sql),
    ...jobRunSettling(sql),
    ...jobExceptionStore(sql),
    ...jobReplayStore(sql),
  };
  return { ...reading(sql), ...writing(sql), ...ends };
}

type Reading = Pick<JobRunStore, "active" | "load" | "ask" | "pending" | "ranges">;
type Ends = JobRunEnds & JobRunSettling & JobExceptionStore & JobReplayStore;
type Writing = Omit<JobRunStore, keyof Reading | keyof Ends>;

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
        SELECT counted_to AS "countedTo", judged_counts AS judged FROM job WHERE number = ${number}`;
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
  judged: Partial<OutcomeCounts> | null;
}

function moreOf(row: MoreRow | undefined): Omit<RunningJob, keyof StoredJob> {
  const counted = Object.entries(row?.countedTo ?? {});
  return {
    countedTo: new Map(counted.map(([topic, offsets]) => [topic, offsets.map(BigInt)])),
    judgedCounts: row?.judged ?? null,
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
    async addPossibleDuplicates(number, { count, countedTo }) {
      await sql.$executeRaw`
        UPDATE job SET possible_duplicates = possible_duplicates + ${count},
          counted_to = ${countedText(countedTo)}::jsonb
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
  let passed = marked;
  for (const each of ranges) {
    await sql.$executeRaw`
      UPDATE job_range SET next_offset = ${each.nextOffset}, sent = sent + ${each.sent}
      WHERE job_number = ${number} AND range = ${each.range}`;
    passed += each.passed;
  }
  await addCounts(sql, number, { sent: marked, pending: -passed });
  if (ranges.length === 0) return;
  await noteRangeTargets(sql, number, { ranges, at });
  await recountRanges(sql, number);
}
