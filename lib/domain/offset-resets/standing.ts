import type { GroupKind, GroupState } from "#lib/domain/groups/group.ts";

/** One partition of a topic, by name. */
export interface PartitionRef {
  topic: string;
  partition: number;
}

/** A committed offset with all that Kafka keeps beside it, so that it can be written back as it was. */
export interface Commit {
  offset: bigint;
  /** null where the committer told none. */
  leaderEpoch: number | null;
  metadata: string;
}

/** Commits by topic and partition; an absent one is "no commit". */
export type CommitsByTopic = ReadonlyMap<string, ReadonlyMap<number, Commit>>;

/** GroupStanding is one group as its coordinator tells it at one instant. */
export interface GroupStanding {
  readAt: number;
  /** null when the coordinator knows no such group. */
  kind: GroupKind | null;
  state: GroupState;
  /** Empty for a group that no member has ever joined: a standalone consumer's commits. */
  protocolType: string;
  memberCount: number;
  commits: CommitsByTopic;
}

/** What a partition holds: start and end offset; null where no leader told it. */
interface PartitionLog {
  start: bigint | null;
  end: bigint | null;
}

/** TopicLog is a topic as its leaders tell it now; partitions in order. */
export interface TopicLog {
  topic: string;
  topicId: string;
  partitions: PartitionLog[];
}

/** The offset of the first record of a partition at or after an instant; null when there is none. */
export interface OffsetAtTime extends PartitionRef {
  offset: bigint | null;
}

/** An offset of a partition whose record is asked for. */
export interface RecordAt extends PartitionRef {
  topicId: string;
  offset: bigint;
}

/**
 * RecordTime is the timestamp of the first record at or after an offset. `sparse` says that offsets there are not
 * records one by one: a transaction wrote them, or compaction took some.
 */
export type RecordTime = PartitionRef & { offset: bigint } & (
    | { state: "known"; recordOffset: bigint; at: number; sparse: boolean }
    | { state: "unknown"; reason: string }
  );

/** Why a broker took a change of one partition's commit not; the others of the same call stand. */
export interface RefusedPartition extends PartitionRef {
  /** Kafka's name of the error. */
  error: string;
}

/** commitOf is the commit of a partition; null is "no commit". */
export function commitOf(commits: CommitsByTopic, { topic, partition }: PartitionRef): Commit | null {
  return commits.get(topic)?.get(partition) ?? null;
}

/** refKey tells partitions apart in a map. */
export const refKey = ({ topic, partition }: PartitionRef): string => `${partition} ${topic}`;
