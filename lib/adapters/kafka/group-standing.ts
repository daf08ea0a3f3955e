import { offsetFetchV8, offsetFetchV9 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { kindOf, listGroups, nameOf, stateOf } from "#lib/adapters/kafka/read-groups.ts";
import { readMembers } from "#lib/adapters/kafka/read-members.ts";
import type { ObservedGroup } from "#lib/domain/sweep/observation.ts";
import type { Commit, GroupStanding } from "#lib/domain/offset-resets/standing.ts";

/** GROUP_ID_NOT_FOUND: a group without commits. */
const NO_SUCH_GROUP = 69;

interface Asking {
  readonly brokerId: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * readStanding asks a group's coordinator for its kind, state, members and commits. Commits of an open transaction
 * would land after a change of ours: they are refused with KafkaError `unknown`, and so is a commit that cannot be
 * read.
 */
export async function readStanding(
  link: BrokerLink,
  group: string,
  { brokerId, now, signal }: Asking,
): Promise<GroupStanding> {
  const listed = await listGroups(link, signal);
  if (listed.errorCode !== 0) {
    throw new KafkaError("unknown", `group ${group}: it cannot be looked up (${nameOf(listed.errorCode)}).`);
  }
  const found = listed.groups.find((each) => each.groupId === group);
  const kind = found === undefined ? null : kindOf(found.groupType);
  const commits =
    kind === "share" ? new Map<string, Map<number, Commit>>() : await commitsOf(link, group, signal);
  const standing = { readAt: now(), commits };
  if (found === undefined || kind === null) {
    return { ...standing, kind: null, state: "dead", protocolType: "", memberCount: 0 };
  }
  const state = stateOf(found.groupState);
  const observed: ObservedGroup = {
    ...{ id: group, kind, state, protocolType: found.protocolType, coordinatorId: brokerId },
    ...{ commits: null, shares: null },
  };
  const brokers = new Map([[brokerId, link]]);
  const { members } = await readMembers([observed], { brokers, topics: new Map(), signal });
  const memberCount = members.get(group)?.length ?? 0;
  return { ...standing, kind, state, protocolType: found.protocolType, memberCount };
}

async function commitsOf(
  link: BrokerLink,
  groupId: string,
  signal: AbortSignal,
): Promise<Map<string, Map<number, Commit>>> {
  const asked = [{ groupId, memberId: null, memberEpoch: -1, topics: null }];
  const requireStable = true;
  const answer = (await link.speaks(offsetFetchV9.api.key, offsetFetchV9.api.version, signal))
    ? await link.call(offsetFetchV9.api, [asked, requireStable], signal)
    : await speakNewest(link, [offsetFetchV8.api], { args: [asked, requireStable], signal });
  const commits = new Map<string, Map<number, Commit>>();
  for (const { errorCode, topics } of answer.groups) {
    if (errorCode === NO_SUCH_GROUP) continue;
    if (errorCode !== 0) {
      throw new KafkaError("unknown", `group ${groupId}: its commits cannot be read (${nameOf(errorCode)}).`);
    }
    for (const { name, partitions } of topics) {
      const ofTopic = new Map<number, Commit>();
      for (const each of partitions) {
        if (each.errorCode !== 0) {
          throw new KafkaError(
            "unknown",
            `group ${groupId}: its commit on ${name} ${each.partitionIndex} cannot be read (${nameOf(each.errorCode)}).`,
          );
        }
        // Kafka's -1 is "no commit".
        if (each.committedOffset < 0n) continue;
        ofTopic.set(each.partitionIndex, {
          offset: each.committedOffset,
          leaderEpoch: each.committedLeaderEpoch < 0 ? null : each.committedLeaderEpoch,
          metadata: each.metadata ?? "",
        });
      }
      if (ofTopic.size > 0) commits.set(name, ofTopic);
    }
  }
  return commits;
}
