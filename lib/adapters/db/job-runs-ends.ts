import { textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import {
  addCounts,
  changeOutcomes,
  closeClaims,
  moveDeadLetters,
  rowsCondition,
} from "#lib/adapters/db/job-runs.sql.ts";
import type { JobState, JobWish } from "#lib/domain/jobs/job.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** A move of a job's state by its worker. */
interface StateMove {
  from: readonly JobState[];
  to: JobState;
  /** Why, in a sentence; null where it needs none. */
  reason: string | null;
  /** The wish that stands after it; absent leaves it. */
  wish?: JobWish;
  at: number;
}

/** A mute row: lag of a group is expected until an instant, epoch ms. */
interface MutedGroup {
  cluster: string;
  groups: readonly string[];
  fromAt: number;
  untilAt: number;
  reason: string;
}

/** JobRunEnds moves a job's state and closes what is left of it. */
export interface JobRunEnds {
  /** false when the job is in none of the states it comes from. */
  move(number: number, move: StateMove): Promise<boolean>;
  /** Pending and held rows become cancelled, at most `limit`, and their dead letters released; answers how many. */
  cancelRows(number: number, of: { reason: string; at: number; limit: number }): Promise<number>;
  /** Closes all claims of a job. */
  closeAllClaims(number: number, at: number): Promise<void>;
  /** What is left of `pending` in the counts of a job of ranges, where offsets are not records one by one. */
  clearPending(number: number): Promise<void>;
  addJobEvent(number: number, event: { at: number; what: string }): Promise<void>;
  /** Mutes groups for a job that has no mute yet. */
  mute(number: number, muted: MutedGroup): Promise<void>;
  /** Ends a job's mutes. */
  unmute(number: number, at: number): Promise<void>;
}

const ENDED: readonly JobState[] = ["done", "cancelled", "failed"];

/** jobRunEnds makes {@link JobRunEnds}. */
export function jobRunEnds(sql: Sql): JobRunEnds {
  return {
    move: (number, move) => moveState(sql, number, move),
    cancelRows: (number, of) => cancelRows(sql, number, of),
    async closeAllClaims(number, at) {
      await sql.$executeRaw`
        UPDATE job_claim SET closed_at = ${iso(at)}::timestamptz WHERE job_number = ${number} AND closed_at IS NULL`;
    },
    async clearPending(number) {
      await addCounts(sql, number, { pending: -Number.MAX_SAFE_INTEGER });
    },
    async addJobEvent(number, { at, what }) {
      await sql.$executeRaw`
        INSERT INTO job_event (job_number, at, actor, what) VALUES (${number}, ${iso(at)}::timestamptz, 'worker', ${what})`;
    },
    async mute(number, { cluster, groups, fromAt, untilAt, reason }) {
      await sql.$executeRaw`
        INSERT INTO mute (cluster, group_id, job_number, from_at, until_at, reason)
        SELECT ${cluster}, g, ${number}, ${iso(fromAt)}::timestamptz, ${iso(untilAt)}::timestamptz, ${reason}
        FROM unnest(${textArray(groups)}::text[]) AS u(g)
        WHERE NOT EXISTS (SELECT 1 FROM mute m WHERE m.job_number = ${number} AND m.group_id = g)`;
    },
    async unmute(number, at) {
      await sql.$executeRaw`
        UPDATE mute SET until_at = least(until_at, ${iso(at)}::timestamptz) WHERE job_number = ${number}`;
    },
  };
}

async function cancelRows(
  sql: Sql,
  number: number,
  { reason, at, limit }: { reason: string; at: number; limit: number },
): Promise<number> {
  const rows: { seq: bigint; claimed: boolean }[] = await sql.$queryRaw`
    SELECT r.seq, r.outcome = 'pending' AND (j.claimed_to IS NULL OR r.seq < j.claimed_to) AS claimed
    FROM job_record r JOIN job j ON j.number = r.job_number
    WHERE r.job_number = ${number} AND r.outcome IN ('pending', 'held') LIMIT ${limit}`;
  if (rows.length === 0) return 0;
  // A record that was not claimed, held or not reached yet, may be another job's dead letter.
  const claimed = rowsCondition(rows.flatMap((row) => (row.claimed ? [row.seq] : [])));
  await moveDeadLetters(sql, number, { where: claimed, move: "release", reason: null, at });
  await closeClaims(sql, number, { where: claimed, at });
  return changeOutcomes(sql, number, {
    ...{ where: rowsCondition(rows.map(({ seq }) => seq)), from: ["pending", "held"], to: "cancelled" },
    ...{ code: "cancelled", reason, settledAt: null },
  });
}

async function moveState(
  sql: Sql,
  number: number,
  { from, to, reason, wish, at }: StateMove,
): Promise<boolean> {
  const endedAt = ENDED.includes(to) ? iso(at) : null;
  const pausedAt = to === "paused" ? iso(at) : null;
  const wished = wish === undefined ? Prisma.sql`wish` : Prisma.sql`${wish}`;
  // What a person saw when they resumed is judged: it does not stop the job again.
  const judged = from.includes("paused") && to === "running" ? Prisma.sql`counts` : Prisma.sql`judged_counts`;
  const changed = await sql.$executeRaw`
    UPDATE job SET state = ${to}, state_reason = ${reason}, wish = ${wished}, waits_for = NULL,
      measured_rate = NULL, measured_at = NULL, judged_counts = ${judged},
      paused_at = coalesce(${pausedAt}::timestamptz, paused_at), ended_at = coalesce(ended_at, ${endedAt}::timestamptz)
    WHERE number = ${number} AND state = ANY (${textArray(from)}::text[])`;
  return changed === 1;
}
