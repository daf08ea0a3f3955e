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
 * `orphaned` means the topic or partition is gone.
 */
export type PartitionLag =
  | { state: "known"; lag: number }
  | { state: "lost"; lag: number; lost: number }
  | { state: "uncommitted" }
  | { state: "beyond-end"; by: number }
  | { state: "orphaned" }
  | { state: "unknown"; reason: string };

/** A member of a group with the partitions it owns. */
export interface GroupMember {
  memberId: string;
  clientId: string;
  host: string;
  instanceId: string | null;
  assignments: { topic: string; partitions: number[] }[];
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
  /** Sum over partitions with a known lag, records; null when there is none. */
  lag: number | null;
  /** The greatest time lag over partitions, ms; null when unknown. */
  timeLagMs: number | null;
  /** Until the lag is drained at the present rates, ms; null when it grows, is zero or is unknown. */
  drainsInMs: number | null;
  /** Commits a second over the last minute, records; null when unknown. */
  consumeRate: number | null;
  memberCount: number;
  topics: string[];
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
