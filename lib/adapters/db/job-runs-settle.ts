import type { Sql } from "#lib/adapters/db/client.ts";
import { addCounts, changeOutcomes, moveDeadLetters, rowsCondition } from "#lib/adapters/db/job-runs.sql.ts";
import {
  countSettled,
  linkReturned,
  selectBelow,
  selectChainTopics,
  selectReturned,
  selectSentBefore,
  selectSentTo,
  type Boundary,
  type ReturnedRow,
} from "#lib/adapters/db/job-runs-settle.sql.ts";
import type { ChainTopic } from "#lib/domain/jobs/settling.ts";

/** How many records settled how. */
type SettledCounts = Record<"passed" | "returned" | "unknown", number>;

/** JobRunSettling follows copies to their ends. */
export interface JobRunSettling {
  /** Where copies that are not settled went, by failing group; `oldestAt` is when the oldest was sent. */
  sentTo(number: number): Promise<{ group: string | null; topic: string; oldestAt: number }[]>;
  /** Sent rows whose copies lie below boundaries, at most `limit`. */
  sentBelow(number: number, of: { boundaries: readonly Boundary[]; limit: number }): Promise<bigint[]>;
  /** Sent rows to one target of one group that were sent before an instant, at most `limit`. */
  sentBefore(
    number: number,
    of: { group: string | null; topic: string; beforeAt: number; limit: number },
  ): Promise<bigint[]>;
  /** Rows whose copies are dead letters again. */
  returned(of: { number: number; id: string; cluster: string; sinceAt: number }): Promise<ReturnedRow[]>;
  /** Sent rows pass, or nobody knows what became of them; their dead letters follow. Answers how many. */
  settle(
    number: number,
    of: { seqs: readonly bigint[]; outcome: "passed" | "unknown"; reason: string | null; at: number },
  ): Promise<number>;
  /** Rows came back; their dead letters follow and are linked. Answers how many. */
  settleReturned(number: number, of: { rows: readonly ReturnedRow[]; at: number }): Promise<number>;
  chainTopics(of: { cluster: string; number: number }): Promise<ChainTopic[]>;
  /** Settled records since an instant, epoch ms; null is from the beginning. */
  settledSince(number: number, sinceAt: number | null): Promise<SettledCounts>;
  /** What was sent of ranges is `unknown`: no row tells one record from another. */
  settleRanges(number: number, count: number): Promise<void>;
}

const RETURNED = "It came back to a dead-letter topic.";

/** jobRunSettling makes {@link JobRunSettling}. */
export function jobRunSettling(sql: Sql): JobRunSettling {
  return {
    async sentTo(number) {
      const rows = await selectSentTo(sql, number);
      return rows.map(({ oldest, ...row }) => ({ ...row, oldestAt: oldest.getTime() }));
    },
    sentBelow: (number, of) => selectBelow(sql, number, of),
    sentBefore: (number, of) => selectSentBefore(sql, number, of),
    returned: (of) => selectReturned(sql, of),
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
    async settledSince(number, sinceAt) {
      const rows = await countSettled(sql, number, sinceAt === null ? null : new Date(sinceAt));
      const of = (outcome: string): number => Number(rows.find((row) => row.outcome === outcome)?.rows ?? 0n);
      return { passed: of("passed"), returned: of("returned"), unknown: of("unknown") };
    },
    settleRanges: (number, count) => addCounts(sql, number, { sent: -count, unknown: count }),
  };
}
