import { setTimeout as delay } from "node:timers/promises";
import {
  deleteGroupsV2,
  findCoordinatorV4,
  findCoordinatorV5,
  findCoordinatorV6,
  offsetCommitV8,
  offsetCommitV9,
  offsetDeleteV0,
} from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readStanding } from "#lib/adapters/kafka/group-standing.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type {
  Commit,
  GroupStanding,
  PartitionRef,
  RefusedPartition,
} from "#lib/domain/offset-resets/standing.ts";

/** A commit to write. */
interface CommitAt extends PartitionRef {
  commit: Commit;
}

/**
 * GroupAdmin reads and changes one named group through its coordinator, without joining it. What the coordinator
 * refuses stands in the answer; a call that failed throws KafkaError, and its outcome is then unknown. The changes
 * throw KafkaError `read_only` on a cluster that the config makes read-only.
 */
export interface GroupAdmin {
  standing(group: string, signal: AbortSignal): Promise<GroupStanding>;
  /** Writes all commits with one OffsetCommit: the coordinator takes them only while the group has no members. */
  commitOffsets(
    group: string,
    commits: readonly CommitAt[],
    signal: AbortSignal,
  ): Promise<RefusedPartition[]>;
  /** Removes commits with one OffsetDelete. */
  deleteOffsets(
    group: string,
    partitions: readonly PartitionRef[],
    signal: AbortSignal,
  ): Promise<RefusedPartition[]>;
  /** Deletes an empty group with its commits; null when done, else Kafka's name of the refusal. */
  deleteGroup(group: string, signal: AbortSignal): Promise<string | null>;
}

/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR: nothing was done, ask again. */
const MOVED: ReadonlySet<number> = new Set([14, 15, 16]);
const ATTEMPTS = 6;
const RETRY_MS = 400;
const GROUP_KEY = 0;
const COORDINATORS = [findCoordinatorV6.api, findCoordinatorV5.api, findCoordinatorV4.api];

/** makeGroupAdmin makes a {@link GroupAdmin} over `links`; `now` is epoch ms. */
export function makeGroupAdmin(
  links: ClusterLinks,
  { now, readOnly }: { now: () => number; readOnly: boolean },
): GroupAdmin {
  const writable = (): void => {
    if (readOnly) throw new KafkaError("read_only", "The configuration makes this cluster read-only.");
  };
  return {
    standing: (group, signal) =>
      onCoordinator(links, { group, signal }, (link, brokerId) =>
        readStanding(link, group, { brokerId, now, signal }),
      ),
    async commitOffsets(group, commits, signal) {
      writable();
      return onCoordinator(links, { group, signal }, (link) =>
        commitOffsets(link, group, { commits, signal }),
      );
    },
    async deleteOffsets(group, partitions, signal) {
      writable();
      return onCoordinator(links, { group, signal }, (link) =>
        deleteOffsets(link, group, { partitions, signal }),
      );
    },
    async deleteGroup(group, signal) {
      writable();
      return onCoordinator(links, { group, signal }, async (link) => {
        const answer = await speakNewest(link, [deleteGroupsV2.api], { args: [[group]], signal });
        const code = answer.results.find((each) => each.groupId === group)?.errorCode ?? 0;
        refuseMoved([code]);
        return code === 0 ? null : nameOf(code);
      });
    },
  };
}

/** Says that the group's coordinator is elsewhere or not ready; nothing was done. */
class CoordinatorMoved extends Error {
  constructor(code: number) {
    super(nameOf(code));
    this.name = "CoordinatorMoved";
  }
}

function refuseMoved(codes: readonly number[]): void {
  const moved = codes.find((code) => MOVED.has(code));
  if (moved !== undefined) throw new CoordinatorMoved(moved);
}

/** Finds the coordinator and asks it; again where it moved meanwhile. */
async function onCoordinator<T>(
  links: ClusterLinks,
  { group, signal }: { group: string; signal: AbortSignal },
  work: (link: BrokerLink, brokerId: number) => Promise<T>,
): Promise<T> {
  let last = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(RETRY_MS, undefined, { signal });
    try {
      const { link, brokerId } = await coordinatorOf(links, group, signal);
      return await work(link, brokerId);
    } catch (error) {
      if (!(error instanceof CoordinatorMoved)) throw error;
      last = error.message;
    }
  }
  throw new KafkaError("timeout", `group ${group}: its coordinator is not ready (${last}).`);
}

async function coordinatorOf(
  links: ClusterLinks,
  group: string,
  signal: AbortSignal,
): Promise<{ link: BrokerLink; brokerId: number }> {
  await links.metadata([], signal);
  const [link] = links.brokers().values();
  if (link === undefined) throw new KafkaError("unreachable", "The cluster names no broker.");
  const answer = await speakNewest(link, COORDINATORS, { args: [GROUP_KEY, [group]], signal });
  const [found] = answer.coordinators;
  if (found === undefined) throw new KafkaError("unknown", `group ${group}: no coordinator is named.`);
  refuseMoved([found.errorCode]);
  const coordinator = links.brokers().get(found.nodeId);
  if (found.errorCode !== 0 || coordinator === undefined) {
    const kind = nameOf(found.errorCode).includes("AUTHORIZATION") ? "authorization_failed" : "unknown";
    throw new KafkaError(
      kind,
      `group ${group}: its coordinator cannot be found (${nameOf(found.errorCode)}).`,
    );
  }
  return { link: coordinator, brokerId: found.nodeId };
}

/** Kafka's words for "not a member": the commit is made from outside the group. */
const NO_GENERATION = -1;
const NO_MEMBER = "";

async function commitOffsets(
  link: BrokerLink,
  group: string,
  { commits, signal }: { commits: readonly CommitAt[]; signal: AbortSignal },
): Promise<RefusedPartition[]> {
  const topics = [...Map.groupBy(commits, (each) => each.topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, commit }) => ({
      partitionIndex: partition,
      committedOffset: commit.offset,
      committedLeaderEpoch: commit.leaderEpoch ?? -1,
      committedMetadata: commit.metadata,
    })),
  }));
  const answer = await speakNewest(link, [offsetCommitV9.api, offsetCommitV8.api], {
    args: [group, NO_GENERATION, NO_MEMBER, null, topics],
    signal,
  });
  return refusedOf(answer.topics);
}

async function deleteOffsets(
  link: BrokerLink,
  group: string,
  { partitions, signal }: { partitions: readonly PartitionRef[]; signal: AbortSignal },
): Promise<RefusedPartition[]> {
  const topics = [...Map.groupBy(partitions, (each) => each.topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
  }));
  const answer = await speakNewest(link, [offsetDeleteV0.api], { args: [group, topics], signal });
  refuseMoved([answer.errorCode]);
  const error = nameOf(answer.errorCode);
  if (answer.errorCode !== 0) return partitions.map(({ topic, partition }) => ({ topic, partition, error }));
  return refusedOf(answer.topics);
}

/** What was refused. Kafka tells a coordinator that moved for every partition alike. */
function refusedOf(
  topics: readonly { name: string; partitions: readonly { partitionIndex: number; errorCode: number }[] }[],
): RefusedPartition[] {
  const refused: RefusedPartition[] = [];
  for (const { name, partitions } of topics) {
    refuseMoved(partitions.map((each) => each.errorCode));
    for (const { partitionIndex, errorCode } of partitions) {
      if (errorCode !== 0) refused.push({ topic: name, partition: partitionIndex, error: nameOf(errorCode) });
    }
  }
  return refused;
}
