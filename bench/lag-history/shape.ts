import type { ClusterObservation, ObservedGroup, ObservedTopic } from "#lib/domain/sweep/observation.ts";

export const TOPICS = 1_000;
export const WIDTH = 10;
const TOPICS_A_GROUP = 2;
/** Of a hundred partitions this many are written to; the others stand still, as most do in a large cluster. */
export const ACTIVE_PERCENT = 30;
const MOST_A_SWEEP = 3_000;

/** How many groups commit on 20 partitions each, to have that many commits. */
export const groupsFor = (commits: number): number => commits / (TOPICS_A_GROUP * WIDTH);

const topicName = (index: number): string => `topic-${String(index).padStart(4, "0")}`;
const mixed = (...parts: number[]): number =>
  parts.reduce((mix, part) => Math.imul((mix ^ part) + 0x9e3779b9, 0x85ebca6b) ^ (mix >>> 13), 1) >>> 0;

/** Records that arrive on a partition each sweep. */
const rateOf = (topic: number, partition: number): number => {
  const mix = mixed(topic, partition);
  return mix % 100 < ACTIVE_PERCENT ? 1 + (mixed(mix) % MOST_A_SWEEP) : 0;
};
const endOf = (topic: number, partition: number, sweep: number): bigint => {
  const rate = rateOf(topic, partition);
  const noise = rate === 0 ? 0 : mixed(topic, partition, sweep) % rate;
  return BigInt(1_000_000_000 + (mixed(partition, topic) % 1_000_000_000) + rate * sweep + noise);
};

/** What the sweep of this number sees of a cluster of 10,000 partitions and `groups` groups on 20 of them each. */
export function observed(sweep: number, at: number, groups: number): ClusterObservation {
  const topics = Array.from({ length: TOPICS }, (_, index): ObservedTopic => {
    const partitions = Array.from({ length: WIDTH }, () => ({ leaderId: 1, replicaIds: [1], isrIds: [1] }));
    const ends = partitions.map((_, partition) => endOf(index, partition, sweep));
    const topicId = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    return { name: topicName(index), topicId, internal: false, partitions, ends };
  });
  const seen = Array.from({ length: groups }, (_, index): ObservedGroup => {
    const commits = new Map(
      Array.from({ length: TOPICS_A_GROUP }, (_, which) => {
        const topic = topics[(index * TOPICS_A_GROUP + which) % TOPICS]!;
        return [
          topic.name,
          topic.ends.map((end, partition) => end! - BigInt(mixed(index, partition, sweep) % 50)),
        ];
      }),
    );
    const id = `group-${String(index).padStart(4, "0")}`;
    return {
      id,
      kind: "classic",
      state: "stable",
      protocolType: "consumer",
      coordinatorId: 1,
      commits,
      shares: null,
    };
  });
  return {
    ...{ at, durationMs: 200, requests: 3, kafkaClusterId: "bench", controllerId: 1, groupsComplete: true },
    brokers: [{ id: 1, host: "broker", port: 9092, rack: null }],
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    groups: seen,
    ...{ members: null, starts: null, configs: null, sizes: null, failures: [], stables: null },
    ...{ transactions: null, offsetsRetentionMs: null },
  };
}
