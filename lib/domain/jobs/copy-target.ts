import type { TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";

const DERIVED =
  /^(.+?)\.(?:retry\.[a-z0-9-]{1,64}\.\d+|redrive\.[a-z0-9-]{1,64}|shadow\.[a-z0-9-]{1,32}|dlt)$/;

/** baseTopicOf is the topic that a retry, redrive, shadow or dead-letter topic was derived from; itself for others. */
export const baseTopicOf = (topic: string): string => DERIVED.exec(topic)?.[1] ?? topic;

/**
 * wayInOf names a group's own way in of a base topic: `<topic>.redrive.<slug>`, or the configured name, in which
 * `{topic}` stands for the base topic.
 */
export function wayInOf(topic: string, slug: string, configured: string | null): string {
  return configured === null ? `${topic}.redrive.${slug}` : configured.replaceAll("{topic}", topic);
}

/** What decides a copy's partition. */
export interface PartitionQuestion {
  /** Where the record was first written. */
  origin: Pick<TracedPlace, "topic" | "partition">;
  /** The partition that it lies in now. */
  partition: number;
  /** The copy's key, and whether it is the record's own. */
  key: Uint8Array | null;
  keyChanged: boolean;
  target: { topic: string; partitionCount: number };
}

/**
 * partitionOfCopy is where a copy goes: back to the topic that it came from, the partition that it had there; to any
 * other topic, and where that partition is not there or the key was changed, by its key as Java's partitioner would;
 * without a key, its origin's partition among those that there are.
 */
export function partitionOfCopy({ origin, partition, key, keyChanged, target }: PartitionQuestion): number {
  const { topic, partitionCount } = target;
  const first = origin.partition ?? partition;
  const isBack = origin.topic === topic && origin.partition !== null && first < partitionCount;
  if (isBack && !keyChanged) return first;
  return key === null ? first % partitionCount : partitionOfKey(key, partitionCount);
}
