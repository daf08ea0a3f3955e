import {
  listGroupsV4,
  listGroupsV5,
  offsetFetchV8,
  offsetFetchV9,
  protocolErrorsCodesById,
} from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedGroup, OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import { GROUP_KINDS, GROUP_STATES, type GroupKind, type GroupState } from "#lib/domain/groups/group.ts";

/** Groups of all brokers that answered. */
export interface GroupsRead {
  groups: ObservedGroup[];
  complete: boolean;
  /** Errors of brokers that did not list their groups. */
  errors: KafkaError[];
  failures: PartialFailure[];
}

/**
 * readGroups asks every broker for the groups it coordinates, of all kinds, and for all their commits: two requests
 * a broker. A broker that fails is a failure; the groups of the others stand.
 */
export async function readGroups(
  brokers: ReadonlyMap<number, BrokerLink>,
  signal: AbortSignal,
): Promise<GroupsRead> {
  const result: GroupsRead = { groups: [], complete: true, errors: [], failures: [] };
  const groups = new Map<string, ObservedGroup>();
  await Promise.all(
    [...brokers].map(async ([brokerId, link]) => {
      try {
        for (const group of await groupsOf(brokerId, link, { signal, failures: result.failures })) {
          // While its coordinator moves, two brokers may list a group: the one that knows its commits has it.
          if (group.commits !== null || !groups.has(group.id)) groups.set(group.id, group);
        }
      } catch (error) {
        signal.throwIfAborted();
        const mapped = toKafkaError(error, link.address);
        result.complete = false;
        result.errors.push(mapped);
        result.failures.push({ subject: `broker ${brokerId}`, reason: mapped.message });
      }
    }),
  );
  result.groups = [...groups.values()];
  return result;
}

async function groupsOf(
  coordinatorId: number,
  link: BrokerLink,
  { signal, failures }: { signal: AbortSignal; failures: PartialFailure[] },
): Promise<ObservedGroup[]> {
  const listed = await listGroups(link, signal);
  if (listed.errorCode !== 0) {
    throw new KafkaError(
      "unknown",
      `${link.address}: groups cannot be listed (${nameOf(listed.errorCode)}).`,
    );
  }
  const groups = listed.groups.map((each): ObservedGroup => ({
    id: each.groupId,
    kind: kindOf(each.groupType),
    state: stateOf(each.groupState),
    protocolType: each.protocolType,
    coordinatorId,
    commits: null,
    shares: null,
  }));
  // A share group commits nothing that OffsetFetch tells.
  const committing = groups.filter((group) => group.kind !== "share");
  if (committing.length === 0) return groups;
  const commits = await commitsOf(
    link,
    committing.map((group) => group.id),
    { signal, failures },
  );
  return groups.map((group) => ({ ...group, commits: commits.get(group.id) ?? null }));
}

/** listGroups asks one broker for the groups it coordinates, of all kinds. */
export async function listGroups(
  link: BrokerLink,
  signal: AbortSignal,
): Promise<{
  errorCode: number;
  groups: { groupId: string; protocolType: string; groupState: string; groupType: string }[];
}> {
  if (await link.speaks(listGroupsV5.api.key, listGroupsV5.api.version, signal)) {
    return link.call(listGroupsV5.api, [[], []], signal);
  }
  const old = await speakNewest(link, [listGroupsV4.api], { args: [[], []], signal });
  return { ...old, groups: old.groups.map((each) => ({ ...each, groupType: "classic" })) };
}

async function commitsOf(
  link: BrokerLink,
  ids: readonly string[],
  { signal, failures }: { signal: AbortSignal; failures: PartialFailure[] },
): Promise<Map<string, ReadonlyMap<string, OffsetsByPartition>>> {
  const asked = ids.map((groupId) => ({ groupId, memberId: null, memberEpoch: -1, topics: null }));
  const answer = (await link.speaks(offsetFetchV9.api.key, offsetFetchV9.api.version, signal))
    ? await link.call(offsetFetchV9.api, [asked, false], signal)
    : await speakNewest(link, [offsetFetchV8.api], { args: [asked, false], signal });
  const commits = new Map<string, ReadonlyMap<string, OffsetsByPartition>>();
  for (const group of answer.groups) {
    if (group.errorCode !== 0) {
      failures.push({
        subject: `group ${group.groupId}`,
        reason: `Its commits cannot be read (${nameOf(group.errorCode)}).`,
      });
      continue;
    }
    commits.set(
      group.groupId,
      new Map(group.topics.map((topic) => [topic.name, offsetsOf(topic.partitions)])),
    );
  }
  return commits;
}

/** A commit of -1 is Kafka's word for none. */
function offsetsOf(
  partitions: readonly { partitionIndex: number; committedOffset: bigint; errorCode: number }[],
): OffsetsByPartition {
  const offsets: (bigint | null)[] = [];
  for (const { partitionIndex, committedOffset, errorCode } of partitions) {
    while (offsets.length <= partitionIndex) offsets.push(null);
    offsets[partitionIndex] = errorCode === 0 && committedOffset >= 0n ? committedOffset : null;
  }
  return offsets;
}

/** kindOf maps Kafka's group type; an unknown one is classic. */
export function kindOf(type: string): GroupKind {
  const lower = type.toLowerCase();
  return GROUP_KINDS.find((each) => each === lower) ?? "classic";
}

/** stateOf maps Kafka's `PreparingRebalance` or `PREPARING_REBALANCE` to `preparing-rebalance`. */
export function stateOf(state: string): GroupState {
  const letters = state.replace(/[^A-Za-z]/g, "").toLowerCase();
  return GROUP_STATES.find((each) => each.replace(/-/g, "") === letters) ?? "unknown";
}

/** nameOf is Kafka's name of an error code. */
export function nameOf(code: number): string {
  return (protocolErrorsCodesById as Readonly<Record<number, string>>)[code] ?? `error ${code}`;
}
