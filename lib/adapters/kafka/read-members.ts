import { consumerGroupDescribeV0, describeGroupsV5 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { decodeAssignment } from "#lib/adapters/kafka/member-assignment.ts";
import { subscriptionReader, withSubscriptions } from "#lib/adapters/kafka/member-subscription.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { shareGroupDescribeV1 } from "#lib/adapters/kafka/share-group-describe.ts";
import {
  streamsGroupDescribeV0,
  type StreamsGroupAnswer,
} from "#lib/adapters/kafka/streams-group-describe.ts";
import type { TopicLeaders } from "#lib/adapters/kafka/read-offsets.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedGroup } from "#lib/domain/sweep/observation.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";

/** Members by group id. A group whose members could not be had is absent and stands in `failures`. */
export interface MembersRead {
  members: Map<string, GroupMember[]>;
  failures: PartialFailure[];
}

/**
 * readMembers describes the groups that may have members, each kind by its own API (DescribeGroups calls a KIP-848
 * group dead): one request a broker and kind. An empty group has none and is not asked about.
 */
export async function readMembers(
  groups: readonly ObservedGroup[],
  { brokers, topics, signal }: ReadMembersOptions,
): Promise<MembersRead> {
  const result: MembersRead = { members: new Map(), failures: [] };
  const batches = new Map<
    string,
    { link: BrokerLink; kind: ObservedGroup["kind"]; groups: ObservedGroup[] }
  >();
  for (const group of groups) {
    const link = brokers.get(group.coordinatorId);
    if (group.state === "empty" || group.state === "dead") result.members.set(group.id, []);
    else if (link !== undefined) {
      const key = `${group.coordinatorId} ${group.kind}`;
      const batch = batches.get(key) ?? { link, kind: group.kind, groups: [] };
      batches.set(key, batch);
      batch.groups.push(group);
    }
  }
  await Promise.all(
    [...batches.values()].map(async ({ link, kind, groups: asked }) => {
      try {
        await DESCRIBERS[kind](link, asked, { topics, signal, result });
      } catch (error) {
        signal.throwIfAborted();
        const reason = toKafkaError(error, link.address).message;
        result.failures.push({ subject: `members of ${asked.length} ${kind} groups`, reason });
      }
    }),
  );
  return result;
}

interface ReadMembersOptions {
  brokers: ReadonlyMap<number, BrokerLink>;
  /** The partitions of every topic: a streams group tells its tasks, not what they read. */
  topics: TopicLeaders;
  signal: AbortSignal;
}

interface Into {
  topics: TopicLeaders;
  signal: AbortSignal;
  result: MembersRead;
}
type Describer = (link: BrokerLink, groups: readonly ObservedGroup[], into: Into) => Promise<void>;

const idsOf = (groups: readonly ObservedGroup[]): string[] => groups.map((group) => group.id);

/** GROUP_ID_NOT_FOUND: the group ended, or changed its kind, since it was listed. */
const GONE = 69;

function put({ result }: Into, group: { groupId: string; errorCode: number }, members: GroupMember[]): void {
  if (group.errorCode === 0) {
    result.members.set(
      group.groupId,
      members.sort((a, b) => (a.memberId < b.memberId ? -1 : 1)),
    );
  } else if (group.errorCode !== GONE) {
    const reason = `Its members cannot be read (${nameOf(group.errorCode)}).`;
    result.failures.push({ subject: `group ${group.groupId}`, reason });
  }
}

const describeClassic: Describer = async (link, groups, into) => {
  const versions = [describeGroupsV5.api];
  const answer = await speakNewest(link, versions, { args: [idsOf(groups), false], signal: into.signal });
  for (const group of answer.groups) {
    // Another protocol (Connect's) keeps its own bytes there.
    const consumes = group.protocolType === "consumer";
    const subscribed = subscriptionReader();
    const members = group.members.map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      host: plainHost(member.clientHost),
      instanceId: member.groupInstanceId ?? null,
      assignments: consumes ? (decodeAssignment(member.memberAssignment) ?? []) : [],
      subscription: { topics: consumes ? subscribed(member.memberMetadata) : [], pattern: null },
    }));
    put(into, group, withSubscriptions(members));
  }
};

const describeConsumer: Describer = async (link, groups, into) => {
  const versions = [consumerGroupDescribeV0.api];
  const answer = await speakNewest(link, versions, { args: [idsOf(groups), false], signal: into.signal });
  for (const group of answer.groups) {
    const members = group.members.map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      host: plainHost(member.clientHost),
      instanceId: member.instanceId ?? null,
      assignments: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
        topic: topicName,
        partitions: [...partitions].sort((a, b) => a - b),
      })),
      subscription: { topics: member.subscribedTopicNames, pattern: member.subscribedTopicRegex ?? null },
    }));
    put(into, group, withSubscriptions(members));
  }
};

const describeShare: Describer = async (link, groups, into) => {
  const versions = [shareGroupDescribeV1];
  const answer = await speakNewest(link, versions, { args: [idsOf(groups)], signal: into.signal });
  for (const group of answer.groups) {
    put(
      into,
      group,
      withSubscriptions(group.members.map((member) => ({ ...member, host: plainHost(member.host) }))),
    );
  }
};

const describeStreams: Describer = async (link, groups, into) => {
  const versions = [streamsGroupDescribeV0];
  const answer = await speakNewest(link, versions, { args: [idsOf(groups)], signal: into.signal });
  for (const group of answer.groups) {
    const sources = group.subtopologies.flatMap(({ topics }) => topics);
    const members = group.members.map(({ memberId, instanceId, clientId, host, activeTasks }) => ({
      ...{ memberId, instanceId, clientId },
      host: plainHost(host),
      assignments: readBy(activeTasks, group, into.topics),
      subscription: { topics: sources, pattern: null },
    }));
    put(into, group, withSubscriptions(members));
  }
};

type StreamsGroup = StreamsGroupAnswer["groups"][number];

/** A task reads its partition of every topic of its subtopology that has as many. */
function readBy(
  tasks: StreamsGroup["members"][number]["activeTasks"],
  { subtopologies }: StreamsGroup,
  topics: TopicLeaders,
): GroupMember["assignments"] {
  const assigned = new Map<string, Set<number>>();
  for (const { subtopologyId, partitions } of tasks) {
    const sources = subtopologies.find((each) => each.id === subtopologyId)?.topics ?? [];
    for (const topic of sources) {
      const ofTopic = assigned.get(topic) ?? new Set<number>();
      assigned.set(topic, ofTopic);
      const count = topics.get(topic)?.length ?? 0;
      for (const partition of partitions) if (partition < count) ofTopic.add(partition);
    }
  }
  return [...assigned]
    .map(([topic, partitions]) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
    .filter(({ partitions }) => partitions.length > 0)
    .sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

const DESCRIBERS: Readonly<Record<ObservedGroup["kind"], Describer>> = {
  classic: describeClassic,
  consumer: describeConsumer,
  share: describeShare,
  streams: describeStreams,
};

/** Java prints an address as `/10.0.0.1`. */
const plainHost = (host: string): string => host.replace(/^\//, "");
