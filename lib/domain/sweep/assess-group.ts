import type { GroupTopicPartition, GroupTopicSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";
import {
  assessPartition,
  windowFor,
  type GroupTopicInput,
  type PartitionSurroundings,
} from "#lib/domain/sweep/assess-partition.ts";
import { DRAIN_SPAN_MS, drainsIn, lagPoints } from "#lib/domain/groups/drain.ts";
import type { GroupMember, GroupRow } from "#lib/domain/groups/group.ts";
import { hotPartition, type LaggingPartition } from "#lib/domain/groups/hot-partition.ts";
import { lagOf, sumLag } from "#lib/domain/groups/partition-lag.ts";
import { advanceRate, sumKnown } from "#lib/domain/groups/rates.ts";
import { judgeGroup, type Judgement } from "#lib/domain/groups/verdict.ts";
import { greatestOf } from "#lib/domain/time/history-levels.ts";

/** What an assessment needs to know of a group. */
export interface GroupInput extends PartitionSurroundings {
  topics: readonly GroupTopicInput[];
  members: readonly GroupMember[];
}

type Told = Pick<
  GroupRow,
  | "lag"
  | "timeLagMs"
  | "drainsInMs"
  | "consumeRate"
  | "retentionUsed"
  | "expiresAt"
  | "lastMovedAt"
  | "hotPartition"
  | "evidence"
>;

/** What is said of a group. */
export interface GroupAssessment extends Judgement, Told {
  topics: GroupTopicSnapshot[];
}

/** assessGroup tells lag, time lag, rates and verdict of a group from what one sweep saw and what is stored. */
export function assessGroup(input: GroupInput): GroupAssessment {
  const owners = ownersOf(input.members);
  const topics = input.topics.map((topic) => assessTopic(topic, input, owners.get(topic.name) ?? new Map()));
  const partitions = topics.flatMap((topic) => topic.partitions);
  const consumeRate = sumKnown(
    input.topics.map(({ commits }) => (commits ? advanceRate(commits, input.at) : null)),
  );
  const produceRate = sumKnown(input.topics.map(({ ends }) => (ends ? advanceRate(ends, input.at) : null)));
  const lag = sumLag(partitions.map((each) => each.lag));
  const windowMs = Math.max(0, ...input.topics.map((topic) => input.at - windowFor(topic, input)));
  const judged = judgeGroup({
    partitions: partitions.map(({ verdict, reason, lag: each }) => ({
      judgement: { verdict, reason },
      lag: lagOf(each),
    })),
    lag,
    consumeRate,
    produceRate,
    windowMs,
  });
  return {
    ...judged,
    lag,
    timeLagMs: worstTimeLag(partitions),
    drainsInMs: (lag ?? 0) > 0 ? drainsIn(lagPoints(input.topics, input.at - DRAIN_SPAN_MS)) : null,
    consumeRate,
    retentionUsed: greatestOf(partitions.map((each) => each.retentionUsed)),
    expiresAt: leastOf(partitions.map((each) => each.expiresAt)),
    lastMovedAt: greatestOf(partitions.map((each) => each.movedAt)),
    hotPartition: hotPartition(laggingOf(topics)),
    evidence: evidenceOf(input, input.at - windowMs),
    topics,
  };
}

function ownersOf(members: readonly GroupMember[]): Map<string, Map<number, string>> {
  const owners = new Map<string, Map<number, string>>();
  for (const { memberId, assignments } of members) {
    for (const { topic, partitions } of assignments) {
      const ofTopic = owners.get(topic) ?? new Map<number, string>();
      owners.set(topic, ofTopic);
      for (const partition of partitions) ofTopic.set(partition, memberId);
    }
  }
  return owners;
}

function assessTopic(
  topic: GroupTopicInput,
  around: PartitionSurroundings,
  owners: ReadonlyMap<number, string>,
): GroupTopicSnapshot {
  const width = Math.max(
    topic.topic?.partitions.length ?? 0,
    topic.committed.length,
    topic.told?.length ?? 0,
  );
  const partitions: GroupTopicPartition[] = [];
  for (let partition = 0; partition < width; partition += 1) {
    const memberId = owners.get(partition) ?? null;
    // A partition that the group neither reads nor ever committed on says nothing of the group.
    const unread =
      (topic.committed[partition] ?? null) === null && (topic.told?.[partition] ?? null) === null;
    if (memberId === null && unread) continue;
    partitions.push(assessPartition(partition, { topic, around, memberId }));
  }
  return {
    topic: topic.name,
    topicId: topic.topic?.topicId ?? null,
    lag: sumLag(partitions.map((each) => each.lag)),
    partitions,
  };
}

/** The greatest time lag; null as soon as a partition that lags has none, since that one may be greater. */
function worstTimeLag(partitions: readonly GroupTopicPartition[]): number | null {
  const lags = partitions.filter((each) => lagOf(each.lag) !== null).map((each) => each.timeLagMs);
  if (lags.length === 0 || lags.includes(null)) return null;
  return Math.max(...lags.map((lag) => lag ?? 0));
}

/** The least of the values that are known; null when none is. */
function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
}

function laggingOf(topics: readonly GroupTopicSnapshot[]): LaggingPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.flatMap(({ partition, lag }) => {
      const records = lagOf(lag);
      return records === null ? [] : [{ topic, partition, lag: records }];
    }),
  );
}

function evidenceOf({ topics }: GroupInput, fromAt: number): GroupAssessment["evidence"] {
  const counts = topics.map(({ commits }) =>
    commits === null ? 0 : commits.length - commits.indexFrom(fromAt),
  );
  const samples = Math.max(0, ...counts);
  return samples === 0 ? null : { fromAt, samples };
}
