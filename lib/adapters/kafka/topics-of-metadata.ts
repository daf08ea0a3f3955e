import type { Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import type { OffsetsRead } from "#lib/adapters/kafka/read-offsets.ts";
import type { ObservedPartition, ObservedTopic } from "#lib/domain/sweep/observation.ts";

/** Layout is one metadata answer with what is looked up in it again and again, worked out once. */
export interface Layout {
  readonly metadata: Metadata;
  /** The partitions of every topic, in order. */
  readonly leaders: ReadonlyMap<string, readonly ObservedPartition[]>;
  /** The id of every topic; null where the broker does not tell. */
  readonly ids: ReadonlyMap<string, string | null>;
}

/** layoutOf works a {@link Layout} out. */
export function layoutOf(metadata: Metadata): Layout {
  const ids = new Map<string, string | null>();
  for (const { name, topicId } of metadata.topics) {
    // A topic in the middle of its deletion is named by its id alone.
    if (name !== undefined && name !== null) ids.set(name, topicIdOf(topicId));
  }
  return { metadata, leaders: leadersOf(metadata), ids };
}

/** leadersOf lists the partitions of every topic of the metadata, in order. */
export function leadersOf(metadata: Metadata): Map<string, ObservedPartition[]> {
  const topics = new Map<string, ObservedPartition[]>();
  for (const { name, partitions } of metadata.topics) {
    if (name === undefined || name === null) continue;
    const ofTopic: ObservedPartition[] = [];
    for (const { partitionIndex, leaderId, replicaNodes, isrNodes } of partitions) {
      while (ofTopic.length <= partitionIndex) ofTopic.push({ leaderId: null, replicaIds: [], isrIds: [] });
      ofTopic[partitionIndex] = {
        leaderId: leaderId < 0 ? null : leaderId,
        replicaIds: replicaNodes,
        isrIds: isrNodes,
      };
    }
    topics.set(name, ofTopic);
  }
  return topics;
}

/** topicsOf joins the topics of a layout with their end offsets. */
export function topicsOf(
  { metadata, leaders }: Layout,
  { offsets }: OffsetsRead,
): Map<string, ObservedTopic> {
  const topics = new Map<string, ObservedTopic>();
  for (const { name, topicId, isInternal, errorCode } of metadata.topics) {
    if (name === undefined || name === null) continue;
    const partitions = leaders.get(name) ?? [];
    // A topic in the middle of its deletion is named once more with an error.
    if (errorCode !== 0 && partitions.length === 0) continue;
    topics.set(name, {
      name,
      topicId: topicIdOf(topicId),
      internal: isInternal,
      partitions: [...partitions],
      ends: offsets.get(name) ?? [],
    });
  }
  return topics;
}

/** topicIdOf is a topic id as a UUID; null for Kafka's "none", the UUID of zeros. */
export function topicIdOf(topicId: string): string | null {
  return topicId === "" || /^[0-]+$/.test(topicId) ? null : topicId;
}
