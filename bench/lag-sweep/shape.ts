/** The size of the cluster that is swept. */
export interface Shape {
  topics: number;
  partitionsPerTopic: number;
  groups: number;
  /** Topics that each group has committed on, all their partitions. */
  topicsPerGroup: number;
}

/** The size that a claim of the project speaks of: 10,000 partitions, 2,000 groups, 40,000 commits. */
export const FULL: Shape = { topics: 500, partitionsPerTopic: 20, groups: 2_000, topicsPerGroup: 1 };

/** Names of the topics and groups of a shape. */
export const topicName = (n: number): string => `bench.lag.topic-${String(n).padStart(4, "0")}`;
export const groupName = (n: number): string => `bench-lag-group-${String(n).padStart(5, "0")}`;

/** Which topics the nth group has committed on. */
export function topicsOfGroup(shape: Shape, n: number): string[] {
  return Array.from({ length: shape.topicsPerGroup }, (_, index) =>
    topicName((n * shape.topicsPerGroup + index) % shape.topics),
  );
}
