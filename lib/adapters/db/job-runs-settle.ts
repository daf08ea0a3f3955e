import type { Sql } from "#lib/adapters/db/client.ts";
import { settlingFacts, type SettlingFacts } from "#lib/adapters/db/job-runs-settle-facts.ts";
import { jobRangeSettling, type JobRangeSettling } from "#lib/adapters/db/job-runs-settle-ranges.ts";
import {
  jobReturns,
  linkReturned,
  type JobReturns,
  type ReturnedRow,
} from "#lib/adapters/db/job-runs-settle-returns.ts";
import { changeOutcomes, moveDeadLetters, rowsCondition } from "#lib/adapters/db/job-runs.sql.ts";
import {
  selectBelow,
  selectChainTopics,
  selectFirstSent,
  selectSentBefore,
  selectSentTo,
  type Boundary,
  type SentEarlier,
} from "#lib/adapters/db/job-runs-settle.sql.ts";
import type { ChainTopic } from "#lib/domain/jobs/settling.ts";

/** JobRunSettling follows copies to their ends. */
export interface JobRunSettling extends JobRangeSettling, JobReturns, SettlingFacts {
  /**
   * Where copies that are not settled went, by failing group or, with null, of all; `oldestAt` is when the oldest was
   * sent. Of a job of one target (`single`), not by group, one row is read; else all of them.
   */
  sentTo(
    number: number,
    of: { byGroup: boolean; single: boolean },
  ): Promise<{ group: string | null; topic: string; oldestAt: number }[]>;
  /** Sent rows whose copies lie below boundaries, at most `limit`. */
  sentBelow(number: number, of: { boundaries: readonly Boundary[]; limit: number }): Promise<bigint[]>;
  /** Sent rows to one target that were sent before an instant, at most `limit`. */
  sentBefore(number: number, of: SentEarlier): Promise<bigint[]>;
  /** Sent rows pass, or nobody knows what became of them; their dead letters follow. Answers how many. */
  settle(
    number: number,
    of: { seqs: readonly bigint[]; outcome: "passed" | "unknown"; reason: string | null; at: number },
  ): Promise<number>;
  /** Rows came back; their dead letters follow and are linked. Answers how many. */
  settleReturned(number: number, of: { rows: readonly ReturnedRow[]; at: number }): Promise<number>;
  chainTopics(of: { cluster: string; number: number }): Promise<ChainTopic[]>;
}

const RETURNED = "It came back to a dead-letter topic.";

/** jobRunSettling makes {@link JobRunSettling}. */
export function jobRunSettling(sql: Sql): JobRunSettling {
  return {
    ...{ ...jobRangeSettling(sql), ...jobReturns(sql), ...settlingFacts(sql) },
    async sentTo(number, { byGroup, single }) {
      const first = async () => (await selectFirstSent(sql, number)).map((row) => ({ ...row, group: null }));
      const rows = single && !byGroup ? await first() : await selectSentTo(sql, number, byGroup);
      return rows.map(({ oldest, ...row }) => ({ ...row, oldestAt: oldest.getTime() }));
    },
    sentBelow: (number, of) => selectBelow(sql, number, of),
    sentBefore: (number, of) => selectSentBefore(sql, number, of),
    async settle(number, { seqs, outcome, reason, at }) {
      const where = rowsCondition(seqs);
      const code = outcome === "unknown" ? "chain_unknown" : null;
      const change = { where, from: ["sent" as const], to: outcome, code, reason, settledAt: at };
      const changed = await changeOutcomes(sql, number, change);
      const move = outcome === "passed" ? "pass" : "lose-track";
      await moveDeadLetters(sql, number, { where, move, reason, at });
      return changed;
    },
    async settleReturned(number, { rows, at }) {
      const where = rowsCondition(rows.map(({ seq }) => seq));
      const from = ["sent", "passed", "unknown"] as const;
      const change = {
        where,
        from,
        to: "returned" as const,
        code: "returned",
        reason: RETURNED,
        settledAt: at,
      };
      const changed = await changeOutcomes(sql, number, change);
      await linkReturned(sql, number, rows);
      await moveDeadLetters(sql, number, { where, move: "return", reason: RETURNED, at });
      return changed;
    },
    chainTopics: (of) => selectChainTopics(sql, of),
  };
}
