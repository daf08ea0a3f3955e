import type { Sql } from "#lib/adapters/db/client.ts";
import {
  deleteBefore,
  insertCounts,
  insertUnknown,
  selectSlots,
  type CountsRow,
} from "#lib/adapters/db/saga-counts.sql.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { SAGA_STATES, type SagaState } from "#lib/domain/sagas/saga.ts";

/** How many sagas stood where at one instant, epoch ms; null is unknown. */
interface SagaCountSample {
  readonly at: number;
  readonly counts: Record<SagaState, number | null>;
}

/** SagaCountStore keeps how many sagas stood in each state, a sample a minute. */
export interface SagaCountStore {
  /** What every readable source counted at an instant, and the sources that could not be read. */
  record(at: number, counted: { rows: readonly CountsRow[]; unread: readonly string[] }): Promise<void>;
  /** One sample a slot of the range, oldest first: of all sources and types, or of those named. */
  history(
    range: HistoryRange,
    of: { source?: string | undefined; type?: string | undefined },
  ): Promise<SagaCountSample[]>;
  /** Forgets the samples before an instant. */
  forgetBefore(at: number): Promise<void>;
}

/** sagaCountStore makes a {@link SagaCountStore}. */
export function sagaCountStore(sql: Sql): SagaCountStore {
  return {
    async record(at, { rows, unread }) {
      await insertCounts(sql, at, rows);
      for (const source of unread) await insertUnknown(sql, at, source);
    },
    async history({ fromAt, toAt, points }, { source, type }) {
      const slotMs = Math.max(1, (toAt - fromAt) / points);
      const rows = await selectSlots(sql, { fromAt, toAt, slotMs, source, type });
      return rows.map((row) => ({
        at: row.at.getTime(),
        counts: Object.fromEntries(
          SAGA_STATES.map((state) => [state, row[state]]),
        ) as SagaCountSample["counts"],
      }));
    },
    forgetBefore: (at) => deleteBefore(sql, at),
  };
}
