import type { DecoderChoice, ShownRecord } from "#lib/domain/records/record.ts";

/** Where a search begins. `newest` goes backward in time; `live` waits for what comes. */
export type SearchStart =
  | { kind: "newest" }
  | { kind: "oldest" }
  | { kind: "live" }
  | { kind: "time"; at: number }
  | { kind: "offset"; offset: bigint }
  /** Where a group's commits stand. */
  | { kind: "group"; group: string };

/** Where a search ends, before this: `end` is the end of each partition when the search began. */
export type SearchEnd = { kind: "end" } | { kind: "time"; at: number } | { kind: "offset"; offset: bigint };

/** FILTER_PLACES: which part of a record a text or a pattern is looked for in. */
export const FILTER_PLACES = ["any", "key", "value", "headers"] as const;
export type FilterPlace = (typeof FILTER_PLACES)[number];

/** PATH_OPERATORS compare what a JSON path finds. `exists` takes no value. */
export const PATH_OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "contains", "exists"] as const;
export type PathOperator = (typeof PATH_OPERATORS)[number];

/** One condition; a record must meet all of a search's. */
export type FilterTerm =
  | { kind: "text"; in: FilterPlace; text: string; matchCase: boolean }
  /** The whole key, as UTF-8 text. */
  | { kind: "key"; key: string }
  /** Any header of the name; `value` null asks only for its presence. */
  | { kind: "header"; name: string; value: string | null }
  /** A path into the value's (or key's) JSON: `order.lines[0].sku`; a leading `$.` is allowed. */
  | { kind: "path"; in: "key" | "value"; path: string; operator: PathOperator; value: string }
  /** RE2 syntax; linear in the text. */
  | { kind: "regex"; in: FilterPlace; pattern: string }
  /** CEL over `key`, `value`, `headers`, `topic`, `partition`, `offset`, `timestamp`. */
  | { kind: "cel"; expression: string };

/** What a search may cost at most, whichever is reached first. */
export interface SearchLimits {
  /** Records found. */
  hits: number;
  /** Records looked at. */
  records: number;
  bytes: number;
  seconds: number;
}

/** SEARCH_LIMITS are the greatest that anybody may ask for, and what is taken where nothing is asked. */
export const SEARCH_LIMITS: Readonly<Record<"usual" | "greatest", SearchLimits>> = {
  usual: { hits: 100, records: 5_000_000, bytes: 4 * 1024 ** 3, seconds: 30 },
  greatest: { hits: 10_000, records: 100_000_000, bytes: 100 * 1024 ** 3, seconds: 300 },
};

/** A search as it is asked for. */
export interface RecordSearch {
  topics: string[];
  /** null is all of them. */
  partitions: number[] | null;
  start: SearchStart;
  end: SearchEnd;
  terms: FilterTerm[];
  limits: SearchLimits;
  isolation: "read_committed" | "read_uncommitted";
  keyDecoder: DecoderChoice;
  valueDecoder: DecoderChoice;
  /** Goes on where an earlier search of the same question ended: its `end` event's token. */
  token: string | null;
}

/** How far one partition was looked at. `next` is the next offset to read; backward searches read below it. */
export interface PartitionProgress {
  topic: string;
  partition: number;
  fromOffset: bigint;
  nextOffset: bigint;
  toOffset: bigint;
  records: number;
  done: boolean;
  /** What could not be read, in a sentence; the search went on behind it. */
  failures: string[];
}

/** What a search has looked at so far. */
export interface SearchProgress {
  hits: number;
  records: number;
  bytes: number;
  elapsedMs: number;
  /** Of the last second; 0 while queued. */
  recordRate: number;
  partitions: PartitionProgress[];
}

/** SEARCH_ENDS: why a search ended. `end` is the end of what was asked for; `deadline` a filter that took too long. */
export const SEARCH_ENDS = [
  "end",
  "hits",
  "records",
  "bytes",
  "seconds",
  "cancelled",
  "deadline",
  "failed",
] as const;
export type SearchEndReason = (typeof SEARCH_ENDS)[number];

/** SearchEvent is one line of a search's answer. */
export type SearchEvent =
  | { type: "record"; record: ShownRecord }
  | { type: "progress"; state: "queued"; place: number }
  | ({ type: "progress"; state: "running" } & SearchProgress)
  | ({
      type: "end";
      reason: SearchEndReason;
      /** What went wrong or could not be read, for people; null where nothing did. */
      sentence: string | null;
      /** Continues this search; null where nothing is left. */
      token: string | null;
    } & SearchProgress);

/** A masking rule: in topics that match, these fields are replaced. */
export interface MaskingRule {
  /** Topic names; `*` stands for any characters. */
  topics: string[];
  /** `key`, `value`, `value.<path>`, `key.<path>`, `header.<name>`, `error` (exception texts). */
  fields: string[];
}

/** What a masked field reads. */
export const MASK = "••••••";
