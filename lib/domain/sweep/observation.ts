import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { GroupKind, GroupMember, GroupState } from "#lib/domain/groups/group.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";

/** Offsets by partition; null where there is none or it could not be had. */
export type OffsetsByPartition = readonly (bigint | null)[];

/** A broker that the cluster's metadata names. */
interface ObservedBroker {
  id: number;
  host: string;
  port: number;
  rack: string | null;
}

/** Where the replicas of a partition are; `leaderId` is null while there is no leader. */
export interface ObservedPartition {
  leaderId: number | null;
  replicaIds: number[];
  isrIds: number[];
}

/** A topic of the metadata with its end offsets of this sweep. */
export interface ObservedTopic {
  name: string;
  topicId: string | null;
  internal: boolean;
  partitions: ObservedPartition[];
  ends: OffsetsByPartition;
}

/** Where a share group stands on a partition: its start offset, and the lag the broker tells; null is unknown. */
export interface SharePosition {
  start: bigint | null;
  lag: number | null;
}

/** A group as its coordinator lists it, with its commits by topic; `commits` is null where they could not be had. */
export interface ObservedGroup {
  id: string;
  kind: GroupKind;
  state: GroupState;
  protocolType: string;
  coordinatorId: number;
  commits: ReadonlyMap<string, OffsetsByPartition> | null;
  /** A share group's positions by topic and partition; null for other kinds and where they could not be had. */
  shares: ReadonlyMap<string, readonly SharePosition[]> | null;
}

/** The settings of a topic that the console reasons with; null where the broker did not tell. */
export interface ObservedTopicConfig {
  cleanupPolicy: string | null;
  /** Kafka's retention.ms; -1 is Kafka's "forever". */
  retentionMs: number | null;
  /** Kafka's retention.bytes of a partition; -1 is Kafka's "without limit". */
  retentionBytes: number | null;
}

/** Bytes on disk. */
export interface ObservedSizes {
  /** By topic and partition, the greatest replica. */
  topics: ReadonlyMap<string, readonly (number | null)[]>;
  /** By broker id, all logs. */
  brokers: ReadonlyMap<number, number>;
}

/** Last stable offsets, asked for before the end offsets of the same sweep. */
export type ObservedStables = ReadonlyMap<string, OffsetsByPartition>;

/** A transaction that holds the last stable offset of a partition back. */
export interface ObservedTransaction extends Omit<OpenTransaction, "sinceAt" | "backlog" | "hung"> {
  /** When its coordinator saw it begin; null where no coordinator knows it. */
  startedAt: number | null;
}

/** What stands between a commit and the end of a partition: asked for where it may be markers alone. */
export interface Tail {
  topic: string;
  topicId: string;
  partition: number;
  /** The commit. */
  from: bigint;
  /** The end. */
  to: bigint;
}

/**
 * A tail with the records in it that a reader can be given: not markers, not aborted. Where it has one, what could
 * not be read behind it counts as records too; 0 means that there is none.
 */
export interface ReadTail extends Tail {
  records: number;
}

/** Parts of a sweep beyond its core (groups, commits, ends): each has a beat of its own. */
export const SWEEP_PARTS = [
  "metadata",
  "members",
  "starts",
  "stables",
  "shares",
  "configs",
  "sizes",
] as const;
export type SweepPart = (typeof SWEEP_PARTS)[number];

/**
 * ClusterObservation is what one sweep saw. Commits were read before ends, so that a lag is at worst slightly
 * overstated and never negative for a healthy group. What could not be had is a gap and stands in `failures`.
 */
export interface ClusterObservation {
  /** When the end offsets were asked for, epoch ms: the instant of the samples. */
  at: number;
  durationMs: number;
  requests: number;
  kafkaClusterId: string | null;
  controllerId: number | null;
  brokers: readonly ObservedBroker[];
  topics: ReadonlyMap<string, ObservedTopic>;
  groups: readonly ObservedGroup[];
  /** Whether every broker listed its groups: only then does a group that is not listed no longer exist. */
  groupsComplete: boolean;
  /** By group id; null when members were not part of this sweep. A group whose members failed is absent. */
  members: ReadonlyMap<string, readonly GroupMember[]> | null;
  starts: ReadonlyMap<string, OffsetsByPartition> | null;
  /** null when last stable offsets were not part of this sweep. */
  stables: ObservedStables | null;
  /** Open transactions of the partitions whose last stable offset is behind their end; null likewise. */
  transactions: readonly ObservedTransaction[] | null;
  configs: ReadonlyMap<string, ObservedTopicConfig> | null;
  /** The brokers' `offsets.retention.minutes` in ms; null when not part of this sweep or not told. */
  offsetsRetentionMs: number | null;
  sizes: ObservedSizes | null;
  failures: readonly PartialFailure[];
}
