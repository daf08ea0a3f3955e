import type { Sql } from "#lib/adapters/db/client.ts";
import { changeStates } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import {
  insertClaims,
  insertRangeClaims,
  inRows,
  refuseUnclaimed,
  refuseUnmoved,
  selectClaimers,
  type ClaimedPlace,
} from "#lib/adapters/db/job-claims.sql.ts";
import { movesFrom, moveTo } from "#lib/domain/dead-letters/states.ts";

/** Rows of one statement. */
const WINDOW = 5_000;

/** JobClaimStore gives jobs the sole right to send records: two jobs never hold one of them. */
export interface JobClaimStore {
  /**
   * Claims the pending records of a job and moves their dead letters into the redrive. A record that another job holds,
   * or whose dead letter is not open any more, becomes `refused` with the reason. For the transaction of the start.
   */
  takeRecords(claim: { cluster: string; number: number; at: number }): Promise<void>;
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

async function takeRecords(
  sql: Sql,
  { cluster, number, at }: { cluster: string; number: number; at: number },
): Promise<void> {
  const last = await sql.jobRecord.aggregate({ where: { jobNumber: number }, _max: { seq: true } });
  const end = last._max.seq ?? -1n;
  for (let from = 0n; from <= end; from += BigInt(WINDOW)) {
    const rows = { number, from, to: from + BigInt(WINDOW) };
    await insertClaims(sql, cluster, rows);
    await refuseUnclaimed(sql, cluster, rows);
    await changeStates(sql, {
      where: await inRows(sql, rows),
      ...{ from: movesFrom("claim"), to: moveTo("claim"), reason: `In job ${number}.`, at },
      ...{ limit: WINDOW, locked: "wait" },
    });
    await refuseUnmoved(sql, rows);
  }
}
