import { listOffsetsV7, listOffsetsV8, listOffsetsV9 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedPartition } from "#lib/domain/sweep/observation.ts";

/**
 * What Kafka is asked for: a timestamp that means an end of the log, and the isolation it is seen with. The end that a
 * read_committed reader sees is the last stable offset.
 */
const ASKED = {
  end: { timestamp: -1n, isolation: 0 },
  start: { timestamp: -2n, isolation: 0 },
  stable: { timestamp: -1n, isolation: 1 },
} as const;
const VERSIONS = [listOffsetsV9.api, listOffsetsV8.api, listOffsetsV7.api];
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
 * readOffsets asks each leader once for the start, end or last stable offsets of all its partitions. A partition
 * without a leader or with an error is a gap (null) and one failure a topic.
 */
export async function readOffsets(
  which: keyof typeof ASKED,
  topics: TopicLeaders,
  { brokers, signal }: { brokers: ReadonlyMap<number, BrokerLink>; signal: AbortSignal },
): Promise<OffsetsRead> {
  const result: OffsetsRead = { offsets: new Map(), stale: false, failures: [] };
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const [name, partitions] of topics) {
    result.offsets.set(name, new Array<bigint | null>(partitions.length).fill(null));
    let missing = 0;
    for (const [partition, { leaderId }] of partitions.entries()) {
      if (leaderId === null || !brokers.has(leaderId)) missing += 1;
      else put(byLeader, { leaderId, name, partition });
    }
    if (missing > 0)
      result.failures.push({
        subject: `topic ${name}`,
        reason: `${missing} of its partitions have no leader.`,
      });
  }
  await Promise.all(
    [...byLeader].map(async ([leaderId, asked]) => {
      const link = brokers.get(leaderId);
      if (link === undefined) return;
      try {
        await readFrom(link, { asked, which, signal, result });
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

function put(
  byLeader: Map<number, Map<string, number[]>>,
  { leaderId, name, partition }: { leaderId: number; name: string; partition: number },
): void {
  let ofLeader = byLeader.get(leaderId);
  if (ofLeader === undefined) byLeader.set(leaderId, (ofLeader = new Map<string, number[]>()));
  const ofTopic = ofLeader.get(name);
  if (ofTopic === undefined) ofLeader.set(name, [partition]);
  else ofTopic.push(partition);
}

async function readFrom(
  link: BrokerLink,
  {
    asked,
    which,
    signal,
    result,
  }: {
    asked: ReadonlyMap<string, number[]>;
    which: keyof typeof ASKED;
    signal: AbortSignal;
    result: OffsetsRead;
  },
): Promise<void> {
  const { timestamp, isolation } = ASKED[which];
  const topics = [...asked].map(([name, partitions]) => ({
    name,
    partitions: partitions.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp })),
  }));
  const answer = await speakNewest(link, VERSIONS, { args: [-1, isolation, topics], signal });
  for (const { name, partitions } of answer.topics) {
    const offsets = result.offsets.get(name);
    const codes: number[] = [];
    for (const { partitionIndex, errorCode, offset } of partitions) {
      if (errorCode !== 0) codes.push(errorCode);
      else if (offsets !== undefined) offsets[partitionIndex] = offset;
    }
    if (codes.length === 0) continue;
    if (codes.some((code) => STALE_CODES.has(code))) result.stale = true;
    const names = [...new Set(codes)].map(nameOf).join(", ");
    result.failures.push({ subject: `topic ${name}`, reason: `Some offsets cannot be read (${names}).` });
  }
}
