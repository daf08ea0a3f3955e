import { listOffsetsV7, listOffsetsV8, listOffsetsV9 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest, type ClusterLinks, type Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { readRecordTimes } from "#lib/adapters/kafka/record-times.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import type {
  OffsetAtTime,
  PartitionRef,
  RecordAt,
  RecordTime,
  TopicLog,
} from "#lib/domain/offset-resets/standing.ts";

/** A partition and the instant, epoch ms, whose first record is looked for. */
interface InstantAt extends PartitionRef {
  at: number;
}

/** TopicLogs reads where named topics begin and end, and where instants lie in them. Throws KafkaError. */
export interface TopicLogs {
  /** A topic that is not there is absent; an offset that no leader tells is null. */
  read(topics: readonly string[], signal: AbortSignal): Promise<Map<string, TopicLog>>;
  /** The first offset at or after each instant, by Kafka's own index. Throws where a leader does not answer. */
  offsetsAt(asked: readonly InstantAt[], signal: AbortSignal): Promise<OffsetAtTime[]>;
  /** The timestamps of records; see {@link readRecordTimes}. */
  recordTimes(asked: readonly RecordAt[], signal: AbortSignal): Promise<RecordTime[]>;
}

/** Kafka's timestamps that mean an end of the log. */
const START = -2n;
const END = -1n;
/** UNKNOWN_TOPIC_OR_PARTITION and UNKNOWN_TOPIC_ID. */
const NOT_THERE: ReadonlySet<number> = new Set([3, 100]);
const VERSIONS = [listOffsetsV9.api, listOffsetsV8.api, listOffsetsV7.api];

/** makeTopicLogs makes a {@link TopicLogs} over `links`. */
export function makeTopicLogs(links: ClusterLinks): TopicLogs {
  return {
    read: (topics, signal) => readLogs(links, topics, signal),
    async offsetsAt(asked, signal) {
      const metadata = await links.metadata(topicsOf(asked), signal);
      const points = asked.map((each) => ({ ...each, timestamp: BigInt(each.at) }));
      const told = await listOffsets(links, { points, metadata, signal });
      return points.map(({ topic, partition }) => {
        const offset = told.get(`${partition} ${topic}`);
        if (offset !== undefined) return { topic, partition, offset: offset < 0n ? null : offset };
        throw new KafkaError(
          "unknown",
          `topic ${topic} ${partition}: no leader tells the offset of an instant.`,
        );
      });
    },
    async recordTimes(asked, signal) {
      if (asked.length === 0) return [];
      const metadata = await links.metadata(topicsOf(asked), signal);
      return readRecordTimes(asked, { brokers: links.brokers(), leaders: leadersOf(metadata), signal });
    },
  };
}

const topicsOf = (asked: readonly PartitionRef[]): string[] => [...new Set(asked.map((each) => each.topic))];

async function readLogs(
  links: ClusterLinks,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, TopicLog>> {
  const logs = new Map<string, TopicLog>();
  if (topics.length === 0) return logs;
  const metadata = await links.metadata(topics, signal);
  for (const { name, topicId, errorCode, partitions } of metadata.topics) {
    if (name === undefined || name === null || NOT_THERE.has(errorCode)) continue;
    const id = topicIdOf(topicId);
    if (id === null || partitions.length === 0)
      throw new KafkaError("unknown", `topic ${name}: it cannot be described (${nameOf(errorCode)}).`);
    const count = Math.max(...partitions.map((each) => each.partitionIndex)) + 1;
    logs.set(name, {
      topic: name,
      topicId: id,
      partitions: Array.from({ length: count }, () => ({ start: null, end: null })),
    });
  }
  const all = [...logs.values()].flatMap(({ topic, partitions }) =>
    partitions.map((_, partition) => ({ topic, partition })),
  );
  const ask = (timestamp: bigint): Promise<Map<string, bigint>> =>
    listOffsets(links, { points: all.map((each) => ({ ...each, timestamp })), metadata, signal });
  const [starts, ends] = [await ask(START), await ask(END)];
  for (const { topic, partitions } of logs.values()) {
    for (const [partition, log] of partitions.entries()) {
      log.start = starts.get(`${partition} ${topic}`) ?? null;
      log.end = ends.get(`${partition} ${topic}`) ?? null;
    }
  }
  return logs;
}

interface Point extends PartitionRef {
  timestamp: bigint;
}

/** One ListOffsets a leader; what a leader refuses is absent. */
async function listOffsets(
  links: ClusterLinks,
  { points, metadata, signal }: { points: readonly Point[]; metadata: Metadata; signal: AbortSignal },
): Promise<Map<string, bigint>> {
  const leaders = leadersOf(metadata);
  const told = new Map<string, bigint>();
  const leaderOf = (each: Point): number | null =>
    leaders.get(each.topic)?.[each.partition]?.leaderId ?? null;
  await Promise.all(
    [...Map.groupBy(points, leaderOf)].map(async ([leaderId, ofLeader]) => {
      const link = leaderId === null ? undefined : links.brokers().get(leaderId);
      if (link !== undefined) await listFrom(link, ofLeader, { told, signal });
    }),
  );
  return told;
}

async function listFrom(
  link: BrokerLink,
  points: readonly Point[],
  { told, signal }: { told: Map<string, bigint>; signal: AbortSignal },
): Promise<void> {
  const topics = [...Map.groupBy(points, (each) => each.topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, timestamp }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: -1,
      timestamp,
    })),
  }));
  const answer = await speakNewest(link, VERSIONS, { args: [-1, 0, topics], signal });
  for (const { name, partitions } of answer.topics) {
    for (const { partitionIndex, errorCode, offset } of partitions) {
      if (errorCode === 0) told.set(`${partitionIndex} ${name}`, offset);
      else if (nameOf(errorCode).includes("AUTHORIZATION"))
        throw new KafkaError("authorization_failed", `topic ${name}: ${nameOf(errorCode)}.`);
    }
  }
}
