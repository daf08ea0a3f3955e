import type { HistoryLevel } from "#lib/domain/time/history-levels.ts";

/** The table of end offsets of each level of the history: a closed set, since a name is no parameter of SQL. */
export const END_TABLES = {
  raw: "end_sample",
  packed: "end_packed",
  minute: "end_minute",
  "ten-minute": "end_ten_minute",
} as const satisfies Record<HistoryLevel, string>;

/** The table of commits of each level. */
export const COMMIT_TABLES = {
  raw: "commit_sample",
  packed: "commit_packed",
  minute: "commit_minute",
  "ten-minute": "commit_ten_minute",
} as const satisfies Record<HistoryLevel, string>;
