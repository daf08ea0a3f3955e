import type { ClusterLinks, Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import { makeGroupAdmin } from "#lib/adapters/kafka/group-admin.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { readOffsets, type TopicLeaders } from "#lib/adapters/kafka/read-offsets.ts";
import type { OffsetsAsked, ResolvedOffsets, ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import { makeTopicLogs } from "#lib/adapters/kafka/topic-logs.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { PartitionRef } from "#lib/domain/offset-resets/standing.ts";

/** A partition whose log is known, before the question where to begin and end in it is answered. */
interface Log extends PartitionRef {
  topicId: string;
  logStart: bigint;
  logEnd: bigint;
}

/** An offset, and a sentence where it is not the one that was asked for. */
interface Found {
  offset: bigint;
  note: string | null;
}

/**
 * resolveOffsets tells for each partition of topics which offsets a scan is to read. An offset outside the log becomes
 * the log's nearest; a time becomes the first offset whose record is not older, by Kafka's own index; a partition
 * without a commit of the group begins at the start of its log. Throws KafkaError where the cluster or the group's
 * coordinator does not answer; a topic or partition that cannot be read is a failure of the answer.
 */
export async function resolveOffsets(
  links: ClusterLinks,
  asked: OffsetsAsked,
  signal: AbortSignal,
): Promise<ResolvedOffsets> {
  const metadata = await links.metadata(asked.topics, signal);
  const failures: PartialFailure[] = [];
  const topics = wanted(metadata, asked, failures);
  const at = { brokers: links.brokers(), signal };
  const ends = await readOffsets(asked.isolation === "read_committed" ? "stable" : "end", topics, at);
  const starts = await readOffsets("start", topics, at);
  failures.push(...ends.failures);
  const ids = new Map(metadata.topics.map((each) => [each.name, topicIdOf(each.topicId)]));
  const logs: Log[] = [];
  for (const [topic, partitions] of topics) {
    for (const partition of partitions.keys()) {
      if (asked.partitions?.includes(partition) === false) continue;
      const logStart = starts.offsets.get(topic)?.[partition] ?? null;
      const logEnd = ends.offsets.get(topic)?.[partition] ?? null;
      const topicId = ids.get(topic) ?? null;
      if (logStart === null || logEnd === null || topicId === null) {
        if (ends.failures.length === 0)
          failures.push({ subject: `topic ${topic} ${partition}`, reason: "Its offsets cannot be read." });
      } else logs.push({ topic, topicId, partition, logStart, logEnd });
    }
  }
  const froms = await startsOf(links, logs, { asked, signal });
  const tos = await endsOf(links, logs, { asked, signal });
  const partitions = logs.map((log, n): ResolvedPartition => {
    const from = froms[n] ?? { offset: log.logStart, note: null };
    const to = tos[n] ?? log.logEnd;
    return {
      ...log,
      fromOffset: from.offset,
      toOffset: to > from.offset ? to : from.offset,
      note: from.note,
    };
  });
  return { partitions, failures };
}

/** The leaders of the topics that are there; those of partitions that are not asked for too, which costs nothing. */
function wanted(metadata: Metadata, asked: OffsetsAsked, failures: PartialFailure[]): TopicLeaders {
  const leaders = leadersOf(metadata);
  const found = new Map<string, NonNullable<ReturnType<typeof leaders.get>>>();
  for (const topic of asked.topics) {
    const told = metadata.topics.find((each) => each.name === topic);
    const partitions = leaders.get(topic) ?? [];
    if (told === undefined || told.errorCode !== 0) {
      const why = told === undefined ? "no answer names it" : nameOf(told.errorCode);
      failures.push({ subject: `topic ${topic}`, reason: `It cannot be read (${why}).` });
      continue;
    }
    const missing = asked.partitions?.filter((each) => each >= partitions.length) ?? [];
    for (const partition of missing)
      failures.push({ subject: `topic ${topic} ${partition}`, reason: "The topic has no such partition." });
    found.set(topic, partitions);
  }
  return found;
}

interface Looking {
  asked: OffsetsAsked;
  signal: AbortSignal;
}

async function startsOf(
  links: ClusterLinks,
  logs: readonly Log[],
  { asked, signal }: Looking,
): Promise<Found[]> {
  const { start } = asked;
  switch (start.kind) {
    case "oldest":
    case "newest":
      return logs.map(({ logStart }) => ({ offset: logStart, note: null }));
    case "live":
      return logs.map(({ logEnd }) => ({ offset: logEnd, note: null }));
    case "offset":
      return logs.map((log) => within(log, start.offset, "The offset asked for"));
    case "time": {
      const offsets = await offsetsAt(links, logs, { at: start.at, signal });
      return offsets.map((offset) => ({ offset, note: null }));
    }
    case "group": {
      const admin = makeGroupAdmin(links, { now: () => 0, readOnly: true });
      const { commits } = await admin.standing(start.group, signal);
      return logs.map((log) => {
        const commit = commits.get(log.topic)?.get(log.partition);
        const none = { offset: log.logStart, note: "The group has no commit here: it begins at the start." };
        return commit === undefined ? none : within(log, commit.offset, "The group's commit");
      });
    }
  }
}

async function endsOf(
  links: ClusterLinks,
  logs: readonly Log[],
  { asked, signal }: Looking,
): Promise<bigint[]> {
  const { end } = asked;
  switch (end.kind) {
    case "end":
      return logs.map(({ logEnd }) => logEnd);
    case "offset":
      return logs.map((log) => within(log, end.offset, "").offset);
    case "time":
      return offsetsAt(links, logs, { at: end.at, signal });
  }
}

function within({ logStart, logEnd }: Log, offset: bigint, what: string): Found {
  if (offset < logStart)
    return {
      offset: logStart,
      note: `${what}, ${offset}, lies before the log's start: it begins at ${logStart}.`,
    };
  if (offset > logEnd)
    return { offset: logEnd, note: `${what}, ${offset}, lies behind the log's end: it begins at ${logEnd}.` };
  return { offset, note: null };
}

/** The first offset at or after an instant; the end of the log where none is. */
async function offsetsAt(
  links: ClusterLinks,
  logs: readonly Log[],
  { at, signal }: { at: number; signal: AbortSignal },
): Promise<bigint[]> {
  if (logs.length === 0) return [];
  const points = logs.map(({ topic, partition }) => ({ topic, partition, at }));
  const found = await makeTopicLogs(links).offsetsAt(points, signal);
  return logs.map((log, n) => within(log, found[n]?.offset ?? log.logEnd, "").offset);
}
