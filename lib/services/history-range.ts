import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { AppError } from "#lib/services/app-error.ts";

const HOUR_MS = 3_600_000;

/** historyRange is the range asked for: the last hour where nothing is. Throws `request_invalid` when it is empty. */
export function historyRange(
  query: { from?: number | undefined; to?: number | undefined; points: number },
  now: number,
): HistoryRange {
  const toAt = query.to ?? now;
  const fromAt = query.from ?? toAt - HOUR_MS;
  if (fromAt >= toAt)
    throw new AppError("request_invalid", "The range is empty: `from` must be before `to`.");
  return { fromAt, toAt, points: query.points };
}
