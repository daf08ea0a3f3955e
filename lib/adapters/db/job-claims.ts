import type { Sql } from "#lib/adapters/db/client.ts";
import { changeStates } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import {
  countRows,
  freeHeld,
  insertClaims,
  insertRangeClaims,
  inRows,
  refuseUnclaimed,
  refuseUnmoved,
  selectClaimers,
  type ClaimedPlace,
} from "#lib/adapters/db/job-claims.sql.ts";
import { addCounts } from "#lib/adapters/db/job-runs.sql.ts";
import { movesFrom, moveTo } from "#lib/domain/dead-letters/states.ts";

/** Rows of one statement. */
const WINDOW = 5_000;

/** How far a worker is with the claims of a large job: rows below `to` are dealt with; `of` is how many there are. */
interface ClaimProgress {
  to: number;
  of: number;
}

/** JobClaimStore gives jobs the sole right to send records: two jobs never hold one of them. */
export interface JobClaimStore {
  /**
   * Claims the pending records of a job and moves their dead letters into the redrive. A record that another job holds,
   * or whose dead letter is not open any more, becomes `refused` with the reason. For the transaction of the start.
   */
  takeRecords(claim: { cluster: string; number: number; at: number }): Promise<void>;
  /** How many rows a job has. */
  rows(number: number): Promise<number>;
  /** Leaves the claims to the job's worker, which takes them page by page before it sends. */
  leaveToWorker(number: number, how: { sendsHeld: boolean }): Promise<void>;
  /**
   * Claims the next `limit` rows of a job as {@link takeRecords} does, with its counts, and notes how far it is; null
   * when all is claimed.
   */
  takePage(claim: {
    cluster: string;
    number: number;
    at: number;
    limit: number;
  }): Promise<ClaimProgress | null>;
  /** Claims the ranges of a job; answers the numbers of the jobs that hold some of them: then nothing counts. */
  takeRanges(claim: { cluster: string; number: number }): Promise<number[]>;
  /** Which jobs hold records now: the job's number for each place, null where none does, in the order asked. */
  claimers(cluster: string, places: readonly ClaimedPlace[]): Promise<(number | null)[]>;
  /** Lets go of all that a job holds. */
  close(number: number, at: number): Promise<void>;
}

/** jobClaimStore makes a {@link JobClaimStore}. */
export function jobClaimStore(sql: Sql): JobClaimStore {
  return {
    takeRecords: (claim) => takeRecords(sql, claim),
    rows: async (number) => Number(await countRows(sql, number)),
    async leaveToWorker(number, { sendsHeld }) {
      await sql.job.update({ where: { number }, data: { claimedTo: 0n, sendsHeld } });
    },
    takePage: (claim) => takePage(sql, claim),
    takeRanges: (claim) => insertRangeClaims(sql, claim),
    async claimers(cluster, places) {
      if (places.length === 0) return [];
      const found = new Map(
        (await selectClaimers(sql, cluster, places)).map(({ nth, number }) => [Number(nth), number]),
      );
      return places.map((_, index) => found.get(index + 1) ?? null);
    },
    async close(jobNumber, at) {
      await sql.jobClaim.updateMany({
        where: { jobNumber, closedAt: null },
        data: { closedAt: new Date(at) },
      });
    },
  };
}

interface Claim {
  cluster: string;
  number: number;
  at: number;
}

async function takeRecords(sql: Sql, claim: Claim): Promise<void> {
  const end = await countRows(sql, claim.number);
  for (let from = 0n; from < end; from += BigInt(WINDOW))
    await takeRows(sql, claim, { from, to: from + BigInt(WINDOW) });
}

/** Claims pending rows; answers how many were refused. */
async function takeRows(
  sql: Sql,
  { cluster, number, at }: Claim,
  { from, to }: { from: bigint; to: bigint },
): Promise<number> {
  const rows = { number, from, to };
  const all = await insertClaims(sql, cluster, rows);
  const unclaimed = all ? 0 : await refuseUnclaimed(sql, cluster, rows);
  await changeStates(sql, {
    where: await inRows(sql, rows),
    ...{ from: movesFrom("claim"), to: moveTo("claim"), reason: `In job ${number}.`, at },
    ...{ limit: Number(to - from), locked: "wait" },
  });
  return unclaimed + (await refuseUnmoved(sql, rows));
}

async function takePage(sql: Sql, claim: Claim & { limit: number }): Promise<ClaimProgress | null> {
  const { number, limit } = claim;
  const job = await sql.job.findUnique({ where: { number }, select: { claimedTo: true, sendsHeld: true } });
  const from = job?.claimedTo ?? null;
  if (job === null || from === null) return null;
  const of = await countRows(sql, number);
  const next = from + BigInt(limit);
  const to = next < of ? next : of;
  const freed = job.sendsHeld ? await freeHeld(sql, { number, from, to }) : 0;
  const refused = await takeRows(sql, claim, { from, to });
  await addCounts(sql, number, { held: -freed, pending: freed - refused, refused });
  await sql.job.update({ where: { number }, data: { claimedTo: to === of ? null : to } });
  return to === of ? null : { to: Number(to), of: Number(of) };
}
