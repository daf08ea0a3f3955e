import type { FrozenRange } from "#lib/domain/jobs/job-source.ts";

/** PROCESSED_MARKS: what the group's processed-event table says of a record. */
export const PROCESSED_MARKS = ["never", "processed", "past-window", "unknown"] as const;
export type ProcessedMark = (typeof PROCESSED_MARKS)[number];

/** Something a plan has to say: a warning, or why it cannot be started. */
export interface PlanNote {
  code: string;
  sentence: string;
}

/** A topic as the plan found it; a difference at the start refuses the plan. */
export interface PlannedTopic {
  topic: string;
  topicId: string;
  partitionCount: number;
}

/** A group that will see the copies. */
export interface AffectedGroup {
  group: string;
  topic: string;
  /** `reader` is the one meant: the failing group or its redrive reader. */
  role: "reader" | "other";
  /** Why it is known to read there. */
  by: "commits" | "members" | "subscription";
  /** Why it only may read there, in a sentence; absent where it is known to. */
  doubt?: string | undefined;
  lag: number | null;
  isolation: "read_committed" | "read_uncommitted" | "unknown";
  dedups: "yes" | "no" | "unknown";
  effects: "pure" | "external" | "unknown";
}

/** The offsets of a group that a replay sets back; each partition's stand in the offset reset of the job's `resetId`. */
export interface PlannedReset {
  group: string;
  partitions: number;
  /** Offsets that the group reads again, and those that it would not read any more. */
  reread: number;
  skipped: number;
}

/** A reason that some records share. */
export interface ReasonCount {
  code: string;
  sentence: string;
  count: number;
}

/** JobPlan is what a job would do, frozen before anything is sent. */
export interface JobPlan {
  readAt: number;
  /** Records to be sent; `atMost` where offsets of ranges are not records one by one. */
  records: number;
  atMost: boolean;
  bytes: number | null;
  largestBytes: number | null;
  sources: PlannedTopic[];
  targets: (PlannedTopic & { records: number | null; maxMessageBytes: number | null })[];
  /** Empty for plans by id. */
  ranges: FrozenRange[];
  refused: ReasonCount[];
  held: ReasonCount[];
  processed: Record<ProcessedMark, number>;
  groups: AffectedGroup[];
  delivery: "exactly-once" | "at-least-once";
  /** Why copies may be sent twice, in a sentence; null where they cannot. */
  deliveryReason: string | null;
  /** Topics that the start makes. */
  shadows: { topic: string; partitionCount: number }[];
  /** What is set back in place of copies, of a replay to a group. */
  reset: PlannedReset | null;
  /** Targets whose values were held against a schema. */
  validated: string[];
  /** `origin` is (origin topic, partition, offset); `dead-letter` where an origin is not told; `source` for ranges. */
  order: "origin" | "dead-letter" | "source";
  /** sha256 of the script, hex; null without one. */
  scriptHash: string | null;
  warnings: PlanNote[];
  refusals: PlanNote[];
}

/** A record of the plan before and after the transform, as text for a diff; headers one a line. */
export interface PreviewedRecord {
  seq: number;
  topic: string;
  partition: number;
  offset: bigint;
  target: { topic: string; partition: number } | null;
  before: PreviewedSide;
  /** null where the record is left out or refused. */
  after: PreviewedSide | null;
  /** Why there is no after, or what is wrong with it. */
  problem: string | null;
}

/** One side of a diff. */
export interface PreviewedSide {
  key: string | null;
  value: string | null;
  headers: { name: string; value: string | null }[];
}
