import { listOffsetsV7, listOffsetsV8, listOffsetsV9 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedPartition } from "#lib/domain/clusters/observation.ts";

/** Kafka's timestamps that mean an end of the log. */
const TIMESTAMPS = { end: -1n, start: -2n } as const;
/** UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, FENCED and UNKNOWN_LEADER_EPOCH. */
const STALE_CODES: ReadonlySet<number> = new Set([3, 5, 6, 74, 75]);

/** Offsets by topic and partition; `stale` when an answer says that the metadata is out of date. */
export interface OffsetsRead {
  offsets: Map<string, (bigint | null)[]>;
  stale: boolean;
  failures: PartialFailure[];
}

/** Topics to ask for, with their leaders. */
export type TopicLeaders = ReadonlyMap<string, readonly ObservedPartition[]>;

/**
 * readOffsets asks each leader once for the start or end offsets of all its partitions. A partition without a leader
 * or with an error is a gap (null) and one failure a topic.
 */
export async function readOffsets(
  which: keyof typeof TIMESTAMPS,
  topics: TopicLeaders,
  { brokers, signal }: { brokers: ReadonlyMap<number, BrokerLink>; signal: AbortSignal },
): Promise<OffsetsRead> {
  const result: OffsetsRead = { offsets: new Map(), stale: false, failures: [] };
  const byLeader = new Map<number, Map<string, number[]>>();
  const missing = new Map<string, number>();
  for (const [name, partitions] of topics) {
    result.offsets.set(
      name,
      partitions.map(() => null),
    );
    partitions.forEach(({ leaderId }, partition) => {
      if (leaderId === null || !brokers.has(leaderId)) {
        missing.set(name, (missing.get(name) ?? 0) + 1);
        return;
      }
      const ofLeader = byLeader.get(leaderId) ?? new Map<string, number[]>();
      byLeader.set(leaderId, ofLeader);
      ofLeader.set(name, [...(ofLeader.get(name) ?? []), partition]);
    });
  }
  for (const [name, count] of missing) {
    result.failures.push({ subject: `topic ${name}`, reason: `${count} of its partitions have no leader.` });
  }
  await Promise.all(
    [...byLeader].map(async ([leaderId, asked]) => {
      const link = brokers.get(leaderId);
      if (link === undefined) return;
      try {
        await readFrom(link, { asked, timestamp: TIMESTAMPS[which], signal, result });
      } catch (error) {
        signal.throwIfAborted();
        const mapped = toKafkaError(error, link.address);
        result.stale = true;
        result.failures.push({ subject: `broker ${leaderId}`, reason: mapped.message });
      }
    }),
  );
  return result;
}

async function readFrom(
  link: BrokerLink,
  {
    asked,
    timestamp,
    signal,
    result,
  }: {
    asked: ReadonlyMap<string, number[]>;
    timestamp: bigint;
    signal: AbortSignal;
    result: OffsetsRead;
  },
): Promise<void> {
  const topics = [...asked].map(([name, partitions]) => ({
    name,
    partitions: partitions.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp })),
  }));
  const versions = [listOffsetsV9.api, listOffsetsV8.api, listOffsetsV7.api];
  const answer = await speakNewest(link, versions, { args: [-1, 0, topics], signal });
  for (const { name, partitions } of answer.topics) {
    const offsets = result.offsets.get(name);
    const codes = new Set<number>();
    for (const { partitionIndex, errorCode, offset } of partitions) {
      if (errorCode !== 0) codes.add(errorCode);
      else if (offsets !== undefined) offsets[partitionIndex] = offset;
    }
    if ([...codes].some((code) => STALE_CODES.has(code))) result.stale = true;
    if (codes.size > 0) {
      const names = [...codes].map(nameOf).join(", ");
      result.failures.push({ subject: `topic ${name}`, reason: `Some offsets cannot be read (${names}).` });
    }
  }
}
