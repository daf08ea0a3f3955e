import type { BrokerRow } from "#lib/domain/brokers/broker.ts";
import type { ClusterTotals } from "#lib/domain/clusters/cluster-history.ts";
import type { PartialFailure, SweepCost } from "#lib/domain/clusters/cluster.ts";
import type { OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import type {
  GroupEvent,
  GroupKind,
  GroupMember,
  GroupPartition,
  GroupRow,
  GroupState,
} from "#lib/domain/groups/group.ts";
import type { Spark } from "#lib/domain/groups/spark.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";
import type { TopicRole } from "#lib/domain/topics/topic.ts";

/** A topic as a sweep leaves it in the database. */
export interface TopicSnapshot {
  name: string;
  topicId: string | null;
  role: TopicRole;
  partitionCount: number;
  replicationFactor: number;
  starts: OffsetsByPartition;
  ends: OffsetsByPartition;
  sizeBytes: number | null;
  /** Records a second over the last minute. */
  produceRate: number | null;
  cleanupPolicy: string | null;
  /** Kafka's retention.ms; -1 is forever. */
  retentionMs: number | null;
  /** Kafka's retention.bytes; -1 is without limit. */
  retentionBytes: number | null;
  underReplicatedCount: number;
  leaderlessCount: number;
}

/** A partition of a group's topic. */
export type GroupTopicPartition = Omit<GroupPartition, "topic">;

/** One topic of one group. */
export interface GroupTopicSnapshot {
  topic: string;
  topicId: string | null;
  lag: number | null;
  partitions: GroupTopicPartition[];
}

/** What is told of a group beyond its numbers, and stored with it. */
type GroupFacts = Pick<
  GroupRow,
  | "evidence"
  | "retentionUsed"
  | "expiresAt"
  | "lastMovedAt"
  | "offsetsExpireAt"
  | "rebalances"
  | "hotPartition"
  | "parentId"
>;

/** A group as a sweep leaves it in the database. */
export interface GroupSnapshot extends GroupFacts {
  id: string;
  kind: GroupKind;
  state: GroupState;
  stateSinceAt: number | null;
  protocolType: string;
  coordinatorId: number | null;
  members: readonly GroupMember[];
  verdict: Verdict;
  reason: string;
  lag: number | null;
  timeLagMs: number | null;
  drainsInMs: number | null;
  consumeRate: number | null;
  spark: Spark;
  /** Position in VERDICTS of the worst verdict of the group and of those that read for it. */
  troubleRank: number;
  /** What this sweep saw happen. */
  events: Omit<GroupEvent, "at">[];
  topics: GroupTopicSnapshot[];
}

/** Offsets of one sweep to be kept: of a topic id, or of a group on a topic id. */
export interface EndSample {
  topic: string;
  topicId: string;
  offsets: OffsetsByPartition;
}
export interface CommitSample {
  group: string;
  topicId: string;
  offsets: OffsetsByPartition;
}

/** ClusterSnapshot is all that one sweep writes, in one transaction. */
export interface ClusterSnapshot {
  at: number;
  kafkaClusterId: string | null;
  controllerId: number | null;
  cost: SweepCost;
  failures: readonly PartialFailure[];
  brokers: BrokerRow[];
  topics: TopicSnapshot[];
  groups: GroupSnapshot[];
  /** Whether groups that are not in `groups` are gone. */
  groupsComplete: boolean;
  ends: EndSample[];
  commits: CommitSample[];
  /** null when last stable offsets were not part of the sweep: what is stored stands. */
  transactions: OpenTransaction[] | null;
  totals: ClusterTotals;
}

/** What a worker that takes a cluster over reads back, so that a restart loses nothing. */
export interface StoredCluster {
  brokers: BrokerRow[];
  topics: Pick<
    TopicSnapshot,
    "name" | "topicId" | "starts" | "sizeBytes" | "cleanupPolicy" | "retentionMs" | "retentionBytes"
  >[];
  groups: {
    id: string;
    state: GroupState;
    stateSinceAt: number | null;
    members: GroupMember[];
    spark: Spark | null;
    /** When the commit of each partition last moved, by topic id. */
    movedAt: ReadonlyMap<string, readonly (number | null)[]>;
    /** When sweeps of the last hour saw it rebalance, oldest first. */
    rebalancedAt: readonly number[];
  }[];
  /** Samples of the last half hour, oldest first within a series. */
  ends: { topicId: string; at: number; offsets: OffsetsByPartition }[];
  commits: { group: string; topicId: string; at: number; offsets: OffsetsByPartition }[];
  transactions: OpenTransaction[];
}
