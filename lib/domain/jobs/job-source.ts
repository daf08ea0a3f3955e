import type { DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";

/** A filter over dead letters, as the list of them takes it. */
export interface DeadLetterFilter {
  cause?: string | undefined;
  state?: DeadLetterState | undefined;
  topic?: string | undefined;
  group?: string | undefined;
  q?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

/** Dead letters one by one, or all that a filter matched when it was counted: `upTo` is the last of them. */
export type DeadLetterSelection =
  | { kind: "ids"; ids: string[] }
  | { kind: "filter"; filter: DeadLetterFilter; frozen: { upTo: bigint; count: number } };

/** A range of one partition, frozen when the plan is made: `fromOffset` <= offset < `toOffset`. */
export interface FrozenRange {
  topic: string;
  topicId: string;
  partition: number;
  fromOffset: bigint;
  toOffset: bigint;
}

/** Where a range begins or ends, as it is asked for. */
export type RangeEdge =
  { kind: "start" } | { kind: "end" } | { kind: "offset"; offset: bigint } | { kind: "time"; at: number };

/**
 * What a job copies. Dead letters are frozen as rows, a row a record; ranges as offsets.
 */
export type JobSource =
  | { kind: "dead-letters"; selection: DeadLetterSelection }
  | {
      kind: "ranges";
      topics: { topic: string; partitions: number[] | null }[];
      from: RangeEdge;
      to: RangeEdge;
      /** Only records with one of these keys or event types; empty is all. */
      keys: string[];
      eventTypes: string[];
    };
