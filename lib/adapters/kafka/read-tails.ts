import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { FETCH_BATCHES_VERSIONS, type FetchedPartition } from "#lib/adapters/kafka/fetch-batches.ts";
import type { Layout } from "#lib/adapters/kafka/topics-of-metadata.ts";
import { countRecords } from "#lib/adapters/kafka/record-batches.ts";
import type { ReadTail, Tail } from "#lib/domain/sweep/observation.ts";

/** One Fetch asks for no more: 64 partitions of 256 kB are 16 MB. */
const PARTITION_LIMIT = 64;
const PARTITION_LIMIT_BYTES = 256 * 1024;
const READ_COMMITTED = 1;

/** A partition to fetch with the tails that are told from it: groups of one topic often stand at one commit. */
interface Asked {
  topicId: string;
  partition: number;
  from: bigint;
  tails: Tail[];
}

/**
 * readTails counts the records in each tail that a reader can be given: one Fetch a leader, of 64 partitions and
 * 256 kB each at most. A tail that this does not reach is left out, as is one of a topic that was made anew, of a
 * partition without a leader, and of a broker that fails or is older than Kafka 3.1.
 */
export async function readTails(
  tails: readonly Tail[],
  { layout, brokers, signal }: ReadTailsOptions,
): Promise<ReadTail[]> {
  const byLeader = new Map<number, Map<string, Asked>>();
  for (const tail of tails) {
    const leaderId = layout.leaders.get(tail.topic)?.[tail.partition]?.leaderId ?? null;
    if (leaderId === null || layout.ids.get(tail.topic) !== tail.topicId) continue;
    const ofLeader = byLeader.get(leaderId) ?? new Map<string, Asked>();
    byLeader.set(leaderId, ofLeader);
    const key = keyOf(tail);
    const asked = ofLeader.get(key);
    if (asked !== undefined) {
      asked.tails.push(tail);
      if (tail.from < asked.from) asked.from = tail.from;
    } else if (ofLeader.size < PARTITION_LIMIT) {
      ofLeader.set(key, { ...tail, tails: [tail] });
    }
  }
  const read = await Promise.all(
    [...byLeader].map(async ([leaderId, asked]) => {
      const link = brokers.get(leaderId);
      return link === undefined ? [] : readFrom(link, asked, signal);
    }),
  );
  return read.flat();
}

interface ReadTailsOptions {
  layout: Layout;
  brokers: ReadonlyMap<number, BrokerLink>;
  signal: AbortSignal;
}

const keyOf = ({ topicId, partition }: { topicId: string; partition: number }): string =>
  `${topicId} ${partition}`;

async function readFrom(
  link: BrokerLink,
  asked: ReadonlyMap<string, Asked>,
  signal: AbortSignal,
): Promise<ReadTail[]> {
  let answer: FetchedPartition[];
  try {
    answer = await speakNewest(link, FETCH_BATCHES_VERSIONS, {
      args: [0, 0, asked.size * PARTITION_LIMIT_BYTES, READ_COMMITTED, 0, -1, topicsOf(asked), [], ""],
      signal,
    });
  } catch {
    signal.throwIfAborted();
    // Left out, as promised: the lag stands as it was, and a broker that fails is told of by the sweep.
    return [];
  }
  return answer.flatMap((fetched) => {
    if (fetched.errorCode !== 0) return [];
    return (asked.get(keyOf(fetched))?.tails ?? []).flatMap((tail) => {
      const records = countRecords(fetched, tail.from, tail.to);
      return records === null ? [] : [{ ...tail, records }];
    });
  });
}

type FetchTopics = Parameters<(typeof FETCH_BATCHES_VERSIONS)[number]["async"]>[7];

function topicsOf(asked: ReadonlyMap<string, Asked>): FetchTopics {
  return [...Map.groupBy(asked.values(), (each) => each.topicId)].map(([topicId, ofTopic]) => ({
    topicId,
    partitions: ofTopic.map(({ partition, from }) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: from,
      lastFetchedEpoch: -1,
      partitionMaxBytes: PARTITION_LIMIT_BYTES,
    })),
  }));
}
