import type { Verdict } from "#lib/domain/groups/verdict.ts";

/** Kinds of group, as Kafka's ListGroups names its types. */
export const GROUP_KINDS = ["classic", "consumer", "share", "streams"] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/**
 * States of a group over all kinds, in Kafka's words, lower case with dashes. `unknown` stands for a state this
 * version does not know; `dead` is what Kafka answers for a group that is gone.
 */
export const GROUP_STATES = [
  "stable",
  "preparing-rebalance",
  "completing-rebalance",
  "assigning",
  "reconciling",
  "not-ready",
  "empty",
  "dead",
  "unknown",
] as const;
export type GroupState = (typeof GROUP_STATES)[number];

/**
 * PartitionLag is the lag of one group on one partition. Each thing that is not a plain number is a state of its
 * own (protocol: "Lag that cannot be read off offsets"): `uncommitted` has no commit; `lost` committed below the
 * start offset, so `lost` records are gone unread; `beyond-end` committed past the end, seen twice (truncation);
 * `marker-tail` has read every record: what is left are transaction markers and aborted records, which nobody
 * commits; `orphaned` means the topic or partition is gone.
 */
export type PartitionLag =
  | { state: "known"; lag: number }
  | { state: "lost"; lag: number; lost: number }
  | { state: "uncommitted" }
  | { state: "beyond-end"; by: number }
  | { state: "marker-tail"; markers: number }
  | { state: "orphaned" }
  | { state: "unknown"; reason: string };

/** A member of a group with the partitions it owns. */
export interface GroupMember {
  memberId: string;
  clientId: string;
  host: string;
  instanceId: string | null;
  assignments: { topic: string; partitions: number[] }[];
  /** The regular expression (RE2) that it subscribes by; null where it names its topics, or its kind does not tell. */
  pattern: string | null;
  /** Topics that it subscribes to and no member owns a partition of; each stands with the first member to name it. */
  waitsFor: string[];
}

/** What a group that reads on another one's behalf is for. */
export const READER_ROLES = ["retry", "redrive", "dead-letter"] as const;
export type ReaderRole = (typeof READER_ROLES)[number];

/** A retry, redrive or dead-letter reader, folded under the group it belongs to. */
export interface GroupReader {
  id: string;
  role: ReaderRole;
  verdict: Verdict;
  lag: number | null;
  timeLagMs: number | null;
  memberCount: number;
}

/** What a verdict was told from: samples of the group since an instant, the present one included. */
interface VerdictEvidence {
  fromAt: number;
  samples: number;
}

/** GroupRow is a group in a list: current state, verdict and its lag of the last hour as a sparkline. */
export interface GroupRow {
  id: string;
  kind: GroupKind;
  state: GroupState;
  stateSinceAt: number | null;
  verdict: Verdict;
  /** One sentence that says why the verdict is what it is. */
  reason: string;
  /** null where no sample was needed, as for a group without commits. */
  evidence: VerdictEvidence | null;
  /** Sum over partitions with a known lag, records; null when there is none. */
  lag: number | null;
  /** The greatest time lag over partitions, ms; null when unknown. */
  timeLagMs: number | null;
  /** Until the lag is drained at the present rates, ms; null when it grows, is zero or is unknown. */
  drainsInMs: number | null;
  /** Commits a second over the last minute, records; null when unknown. */
  consumeRate: number | null;
  /**
   * The greatest share over partitions of the records Kafka keeps that the group has not read: 1 loses records now.
   * Topics that are not compacted only; null when unknown.
   */
  retentionUsed: number | null;
  /** When Kafka may delete the first unread record of any partition, at the earliest; null when none is told. */
  expiresAt: number | null;
  /** When any commit of the group was last seen to move; null when never. */
  lastMovedAt: number | null;
  /** When the first of its committed offsets expires, not after; null while it has members, or when unknown. */
  offsetsExpireAt: number | null;
  /** Changes of its members that sweeps of the last hour saw. */
  rebalances: number;
  /** The partition that holds far more lag than the others; null when none does. */
  hotPartition: { topic: string; partition: number; lag: number } | null;
  memberCount: number;
  topics: string[];
  /** The group that this one reads for; null for a group of its own. */
  parentId: string | null;
  /** The groups that read for this one, worst first. */
  readers: GroupReader[];
  /** Lag at 60 equally spaced instants of the last hour, oldest first; null where no sample was stored. */
  spark: (number | null)[];
  observedAt: number;
}

/** One partition that a group reads or has committed on. */
export interface GroupPartition {
  topic: string;
  partition: number;
  committed: bigint | null;
  end: bigint | null;
  start: bigint | null;
  lag: PartitionLag;
  timeLagMs: number | null;
  /** As {@link GroupRow.retentionUsed} and {@link GroupRow.expiresAt}, of this partition. */
  retentionUsed: number | null;
  expiresAt: number | null;
  verdict: Verdict;
  reason: string;
  /** The owner's member id; null when nobody owns the partition. */
  memberId: string | null;
  /** When the commit last moved, as seen by the sweep; null when never seen moving. */
  movedAt: number | null;
}

/** GroupDetail is everything the group page shows besides history. */
export interface GroupDetail extends GroupRow {
  protocolType: string;
  coordinatorId: number | null;
  partitions: GroupPartition[];
  members: GroupMember[];
}

/** One topic's lag over time, aligned with the instants of the history it stands in. */
interface LagSeries {
  topic: string;
  /** Sum over the topic's partitions; null where no sample was stored: a gap is drawn as a gap. */
  lag: (number | null)[];
}

/** GroupHistory is a group's lag and rates between two instants, at most 500 points. */
export interface GroupHistory {
  fromAt: number;
  toAt: number;
  stepMs: number;
  /** The instants, oldest first. */
  at: number[];
  series: LagSeries[];
  /** Records a second committed by the group and appended to its topics; null where unknown. */
  commitRate: (number | null)[];
  endRate: (number | null)[];
}

/** Kinds of {@link GroupEvent}. */
export const GROUP_EVENT_KINDS = [
  "state",
  "rebalance",
  "rewind",
  "topic-recreated",
  "reset",
  "reset-undone",
  "offsets-deleted",
  /** A copy job that reaches the group started, paused, went on or ended. */
  "redrive",
] as const;
export type GroupEventKind = (typeof GROUP_EVENT_KINDS)[number];

/** Something that happened to a group: a mark on its charts. */
export interface GroupEvent {
  at: number;
  kind: GroupEventKind;
  /** One sentence for people. */
  sentence: string;
}

/** The greatest lag of each partition of one topic in each slot of a heat map. */
export interface HeatTopic {
  topic: string;
  /** By partition, then by slot; null where no sample was stored or no lag known. */
  partitions: { partition: number; lag: (number | null)[] }[];
}

/** GroupHeat is a group's lag by partition between two instants, in equal slots. */
export interface GroupHeat {
  fromAt: number;
  toAt: number;
  slotMs: number;
  /** Where each slot begins, oldest first. */
  at: number[];
  topics: HeatTopic[];
}

/** A stored sample of one partition of a group. */
export interface PartitionSample {
  at: number;
  committed: bigint | null;
  end: bigint | null;
  /** null where committed or end is missing. */
  lag: number | null;
}

/** The exact time lag of a partition, by the timestamp of its first unread record. */
export type ExactTimeLag = { topic: string; partition: number; offset: bigint } & (
  { state: "known"; recordAt: number; timeLagMs: number } | { state: "unknown"; reason: string }
);
