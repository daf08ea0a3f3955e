import type { GroupKind, GroupState } from "#lib/domain/groups/group.ts";
import type { Commit, PartitionRef } from "#lib/domain/offset-resets/standing.ts";

/**
 * Where the commits of a group go. `ago` is before the instant of the plan. `none` removes the commits, `delete-group`
 * the group with them. `undo` puts back what an earlier reset changed.
 */
export type ResetTarget =
  | { kind: "earliest" }
  | { kind: "latest" }
  | { kind: "time"; at: number }
  | { kind: "ago"; ms: number }
  | { kind: "offset"; offset: bigint }
  | { kind: "shift"; by: number }
  | { kind: "group"; group: string }
  | { kind: "snapshot"; id: string }
  | { kind: "undo"; id: string }
  | { kind: "none" }
  | { kind: "delete-group" };

/** Which partitions: all of every topic the group has commits on, all of some topics, or some. */
export type ResetScope =
  { kind: "all" } | { kind: "topics"; topics: string[] } | { kind: "partitions"; partitions: PartitionRef[] };

/**
 * States of a reset. `applying` is written before the brokers are asked: one that stays so has an unknown outcome
 * until it was compared with the commits. `refused` changed nothing, `failed` may have changed a part.
 */
export const RESET_STATES = ["planned", "applying", "applied", "refused", "failed", "undone"] as const;
export type ResetState = (typeof RESET_STATES)[number];

/** What a change of one commit means for its group, in records where it is a number. */
export const RESET_EFFECTS = ["unchanged", "reread", "skip", "begin", "forget"] as const;
export type ResetEffect = (typeof RESET_EFFECTS)[number];

/** PlanRow is one partition of a plan. */
export interface PlanRow extends PartitionRef {
  /** null is "no commit". */
  from: Commit | null;
  to: Commit | null;
  /** What was asked for before it was brought into the partition; null where "no commit" is. */
  wanted: bigint | null;
  clamped: "start" | "end" | null;
  start: bigint;
  end: bigint;
  effect: ResetEffect;
  /** Records read again, skipped, or to be read by a group that begins; null where a commit is forgotten. */
  records: number | null;
  /** Records between the wanted offset and the start: gone, whatever is committed. */
  taken: number;
  /** The times of the records at the lower and at the upper offset; null where unknown or there is none. */
  fromAt: number | null;
  toAt: number | null;
  /** Of an undo: records the commit advanced by since the reset; null for any other target. */
  processed: number | null;
  /** Whether offsets here are not records one by one, so that the numbers are "at most". */
  atMost: boolean;
}

/** A partition of the scope that the plan leaves as it is, and why. */
export interface LeftRow extends PartitionRef {
  reason: string;
}

/** Something a plan has to say: a warning, or why it cannot be applied now. */
export interface PlanNote {
  code: string;
  sentence: string;
}

/** A topic as the plan found it. */
interface PlannedTopic {
  topic: string;
  topicId: string;
  partitionCount: number;
}

/** Sums over the rows of a plan that change. */
export interface PlanTotals {
  changed: number;
  reread: number;
  skipped: number;
  /** Commits that go. */
  forgotten: number;
  taken: number;
  /** Records left to read afterwards; null where a row ends without a commit. */
  lagAfter: number | null;
  atMost: boolean;
  /** The times between which the records that are read again or skipped lie; null when unknown. */
  fromAt: number | null;
  toAt: number | null;
}

/** ResetPlan is what a reset would do, from one reading of the brokers. */
export interface ResetPlan {
  readAt: number;
  /** null where no such group exists: an undo may bring its commits back. */
  groupKind: GroupKind | null;
  groupState: GroupState;
  protocolType: string;
  memberCount: number;
  topics: PlannedTopic[];
  rows: PlanRow[];
  left: LeftRow[];
  totals: PlanTotals;
  /** The group's measured rate when it last read, records a second; null when none was measured. */
  consumeRate: number | null;
  /** Until the lag afterwards is read at that rate, ms; null when unknown or when it would never be. */
  drainsInMs: number | null;
  warnings: PlanNote[];
  refusals: PlanNote[];
}

/** What the half minute after a reset showed of one partition that did not stay where it was put. */
export interface WatchFinding extends PartitionRef {
  seenAt: number;
  /** null is "no commit". */
  put: bigint | null;
  found: bigint | null;
  /** `overwritten` by a committer while the group had no members; `read-on` by its members; `moved-back` by them. */
  what: "overwritten" | "read-on" | "moved-back";
}

/** The watch over an applied reset. */
export interface ResetWatch {
  untilAt: number;
  /** null while it runs. */
  endedAt: number | null;
  /** When it last looked; null before the first look. */
  lookedAt: number | null;
  findings: WatchFinding[];
}

/** OffsetReset is a plan with what became of it. Instants are epoch ms. */
export interface OffsetReset {
  id: string;
  group: string;
  state: ResetState;
  target: ResetTarget;
  scope: ResetScope;
  plan: ResetPlan;
  /** sha256 of the plan, hex: what was agreed to is what is applied. */
  hash: string;
  plannedAt: number;
  plannedBy: string;
  reason: string | null;
  /** Who applied it, and when that began. */
  decidedBy: string | null;
  decidedAt: number | null;
  appliedAt: number | null;
  /** Why it was refused or failed, sentence by sentence. */
  failures: string[];
  watch: ResetWatch | null;
  /** The reset that took this one back. */
  undoneBy: string | null;
}

/** OffsetResetRow is a reset in a list: without the rows of its plan. */
export interface OffsetResetRow extends Omit<OffsetReset, "plan" | "scope" | "hash"> {
  totals: PlanTotals;
}

/** OffsetSnapshot is the commits of a group under a name. */
export interface OffsetSnapshot {
  id: string;
  group: string;
  name: string;
  takenAt: number;
  takenBy: string;
  partitionCount: number;
}

/** One partition of a snapshot. */
export interface SnapshotRow extends PartitionRef {
  topicId: string;
  /** null is "no commit". */
  commit: Commit | null;
}
