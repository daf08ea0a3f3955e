import type { Verdict } from "#lib/domain/groups/verdict.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";

/** What a topic is by its name: the kit's derived topics, Kafka's internal ones, or a base topic. */
export const TOPIC_ROLES = ["base", "retry", "redrive", "dead-letter", "internal"] as const;
export type TopicRole = (typeof TOPIC_ROLES)[number];

/** TopicRow is a topic in a list. */
export interface TopicRow {
  name: string;
  /** Kafka's topic id (a UUID); null when the broker does not tell. */
  topicId: string | null;
  role: TopicRole;
  partitionCount: number;
  replicationFactor: number;
  /** end - start over all partitions: "at most" for compacted or transactional topics. */
  recordsAtMost: number | null;
  sizeBytes: number | null;
  /** Records appended a second over the last minute; null when unknown. */
  produceRate: number | null;
  cleanupPolicy: string | null;
  /** -1 is Kafka's word for "forever" and reaches nobody: forever is `{state: "forever"}`. */
  retention: TopicRetention;
  /** Groups with a commit or a member on it. */
  groupCount: number;
  observedAt: number;
}

/** How long a topic keeps its records. */
export type TopicRetention = { state: "kept"; ms: number } | { state: "forever" } | { state: "unknown" };

/** One partition of a topic. */
export interface TopicPartition {
  partition: number;
  leaderId: number | null;
  replicaIds: number[];
  isrIds: number[];
  start: bigint | null;
  end: bigint | null;
  sizeBytes: number | null;
}

/** One setting of a topic, with where its value comes from. */
export interface TopicConfig {
  name: string;
  /** null when Kafka withholds it as sensitive. */
  value: string | null;
  overridden: boolean;
}

/** A group that reads a topic, and how far behind it is there. */
export interface TopicReader {
  group: string;
  lag: number | null;
  /** The greatest time lag over this topic's partitions, ms; null when unknown. */
  timeLagMs: number | null;
  verdict: Verdict;
  /** Why the group's verdict is what it is, over all its topics. */
  reason: string;
  memberCount: number;
}

/** TopicDetail is everything the topic page shows besides history. */
export interface TopicDetail extends TopicRow {
  partitions: TopicPartition[];
  configs: TopicConfig[];
  readers: TopicReader[];
  /** What holds read_committed readers back, the greatest backlog first. */
  openTransactions: Omit<OpenTransaction, "topic">[];
}

/** TopicHistory is the append rate of a topic between two instants, at most 500 points. */
export interface TopicHistory {
  fromAt: number;
  toAt: number;
  stepMs: number;
  at: number[];
  /** Records appended a second; null where no sample was stored. */
  produceRate: (number | null)[];
}
