import type { ClusterLinks, Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { readGroups, type GroupsRead } from "#lib/adapters/kafka/read-groups.ts";
import { readMembers } from "#lib/adapters/kafka/read-members.ts";
import { readOffsets, type OffsetsRead } from "#lib/adapters/kafka/read-offsets.ts";
import { readConfigs, readSizes } from "#lib/adapters/kafka/read-topic-facts.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type {
  ClusterObservation,
  ObservedPartition,
  ObservedTopic,
  SweepPart,
} from "#lib/domain/clusters/observation.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";

/** What a sweeper keeps between two sweeps: the metadata, and what tells that it is out of date. */
interface Memory {
  metadata: Metadata | null;
  stale: boolean;
  /** Topics with commits that a fresh metadata did not name. */
  orphans: Set<string>;
  /** End offsets of the last sweep: an end that went back means a re-created or truncated topic. */
  ends: ReadonlyMap<string, readonly (bigint | null)[]>;
}

interface Now {
  links: ClusterLinks;
  memory: Memory;
  parts: ReadonlySet<SweepPart>;
  signal: AbortSignal;
  now: () => number;
  failures: PartialFailure[];
}

/** Sweeper sweeps one cluster, one sweep at a time. */
export interface Sweeper {
  /** Throws {@link KafkaError} when no broker answers at all. */
  sweep(parts: ReadonlySet<SweepPart>, signal: AbortSignal): Promise<ClusterObservation>;
}

/** makeSweeper makes a sweeper over `links`; `now` is epoch ms. */
export function makeSweeper(links: ClusterLinks, now: () => number): Sweeper {
  const memory: Memory = { metadata: null, stale: true, orphans: new Set(), ends: new Map() };
  return {
    async sweep(parts, signal) {
      const requestsBefore = links.requests;
      const startedAt = now();
      try {
        const failures: PartialFailure[] = [];
        const seen = await observe({ links, memory, parts, signal, now, failures });
        return {
          ...seen,
          failures,
          durationMs: now() - startedAt,
          requests: links.requests - requestsBefore,
        };
      } catch (error) {
        memory.stale = true;
        links.forget();
        throw error;
      }
    },
  };
}

async function observe(run: Now): Promise<Omit<ClusterObservation, "durationMs" | "requests" | "failures">> {
  const { links, memory, parts, signal } = run;
  let metadata =
    memory.metadata === null || memory.stale || parts.has("metadata") ? await refresh(run) : memory.metadata;
  // Commits first, ends after: a lag is then overstated at worst, never negative.
  const read = await readGroups(links.brokers(), signal);
  run.failures.push(...read.failures);
  if (read.errors.length > 0 && read.errors.length === links.brokers().size) throw firstOf(read.errors);
  if (read.errors.length > 0) memory.stale = true;
  if (namesUnknownTopic(read, metadata, memory)) metadata = await refreshFor(run, read);
  const at = run.now();
  const ends = await readEnds(run, metadata);
  const topics = topicsOf(ends.metadata, ends.read);
  const described = await describeSlowParts(run, { topics, read });
  return {
    at,
    kafkaClusterId: ends.metadata.clusterId ?? null,
    controllerId: ends.metadata.controllerId < 0 ? null : ends.metadata.controllerId,
    brokers: ends.metadata.brokers.map(({ nodeId, host, port, rack }) => ({
      id: nodeId,
      host,
      port,
      rack: rack ?? null,
    })),
    topics,
    groups: read.groups,
    groupsComplete: read.complete,
    ...described,
  };
}

async function refresh({ links, memory, signal }: Now): Promise<Metadata> {
  const metadata = await links.metadata(null, signal);
  memory.metadata = metadata;
  memory.stale = false;
  return metadata;
}

/** Says whether a commit names a topic that is younger than the metadata. */
function namesUnknownTopic({ groups }: GroupsRead, metadata: Metadata, memory: Memory): boolean {
  const known = new Set(metadata.topics.map((topic) => topic.name));
  return groups.some((group) =>
    [...(group.commits?.keys() ?? [])].some((topic) => !known.has(topic) && !memory.orphans.has(topic)),
  );
}

async function refreshFor(run: Now, { groups }: GroupsRead): Promise<Metadata> {
  const metadata = await refresh(run);
  const known = new Set(metadata.topics.map((topic) => topic.name));
  const committed = new Set(groups.flatMap((group) => [...(group.commits?.keys() ?? [])]));
  run.memory.orphans = new Set([...committed].filter((topic) => !known.has(topic)));
  return metadata;
}

/** Reads the end offsets; once more with fresh metadata when an answer or an end that went back calls for it. */
async function readEnds(run: Now, metadata: Metadata): Promise<{ metadata: Metadata; read: OffsetsRead }> {
  const { links, memory, signal } = run;
  let read = await readOffsets("end", leadersOf(metadata), { brokers: links.brokers(), signal });
  let used = metadata;
  if (read.stale || wentBack(read, memory)) {
    used = await refresh(run);
    read = await readOffsets("end", leadersOf(used), { brokers: links.brokers(), signal });
    if (read.stale) memory.stale = true;
  }
  memory.ends = read.offsets;
  run.failures.push(...read.failures);
  return { metadata: used, read };
}

function wentBack({ offsets }: OffsetsRead, memory: Memory): boolean {
  for (const [topic, ends] of offsets) {
    const before = memory.ends.get(topic);
    if (before?.some((end, partition) => end !== null && (ends[partition] ?? end) < end) === true)
      return true;
  }
  return false;
}

/** Members, start offsets, configs and sizes: each is null where this sweep does not ask for it. */
async function describeSlowParts(
  { links, parts, signal, failures }: Now,
  { topics, read }: { topics: ReadonlyMap<string, ObservedTopic>; read: GroupsRead },
): Promise<Pick<ClusterObservation, "members" | "starts" | "configs" | "sizes">> {
  const brokers = links.brokers();
  const noMembers = { members: null as Map<string, GroupMember[]> | null, failures: [] as PartialFailure[] };
  const members = parts.has("members") ? await readMembers(read.groups, { brokers, signal }) : noMembers;
  const leaders = new Map([...topics].map(([name, topic]) => [name, topic.partitions]));
  const starts = parts.has("starts") ? await readOffsets("start", leaders, { brokers, signal }) : null;
  failures.push(...members.failures, ...(starts?.failures ?? []));
  return {
    members: members.members,
    starts: starts?.offsets ?? null,
    configs: parts.has("configs") ? await configsOf({ links, signal, failures }, [...topics.keys()]) : null,
    sizes: parts.has("sizes") ? await readSizes(brokers, null, { signal, failures }) : null,
  };
}

async function configsOf(
  { links, signal, failures }: Pick<Now, "links" | "signal" | "failures">,
  topics: readonly string[],
): Promise<ClusterObservation["configs"]> {
  for (const link of links.brokers().values()) {
    try {
      return await readConfigs(link, topics, { signal, failures });
    } catch (error) {
      signal.throwIfAborted();
      failures.push({ subject: "topic configs", reason: toKafkaError(error, link.address).message });
    }
  }
  return null;
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

function topicsOf(metadata: Metadata, { offsets }: OffsetsRead): Map<string, ObservedTopic> {
  const leaders = leadersOf(metadata);
  const topics = new Map<string, ObservedTopic>();
  for (const { name, topicId, isInternal, errorCode } of metadata.topics) {
    // A topic in the middle of its deletion is named once more with an error.
    if (name === undefined || name === null || (errorCode !== 0 && (leaders.get(name)?.length ?? 0) === 0))
      continue;
    topics.set(name, {
      name,
      topicId: topicIdOf(topicId),
      internal: isInternal,
      partitions: leaders.get(name) ?? [],
      ends: offsets.get(name) ?? [],
    });
  }
  return topics;
}

/** topicIdOf is a topic id as a UUID; null for Kafka's "none", the UUID of zeros. */
export function topicIdOf(topicId: string): string | null {
  return topicId === "" || /^[0-]+$/.test(topicId) ? null : topicId;
}

function firstOf(errors: readonly KafkaError[]): KafkaError {
  return errors[0] ?? new KafkaError("unknown", "No broker answered.");
}
