import type { GroupTopicPartition, GroupTopicSnapshot } from "#lib/domain/clusters/cluster-snapshot.ts";
import type { ObservedTopic, OffsetsByPartition } from "#lib/domain/clusters/observation.ts";
import { drainsIn } from "#lib/domain/groups/drain.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";
import { lagOf, partitionLag, sumLag } from "#lib/domain/groups/partition-lag.ts";
import { advanceRate, sumKnown } from "#lib/domain/groups/rates.ts";
import { timeLag, type EndPoint } from "#lib/domain/groups/time-lag.ts";
import {
  judgeGroup,
  judgePartition,
  windowStart,
  type Judgement,
  type WindowSample,
} from "#lib/domain/groups/verdict.ts";
import type { OffsetWindow } from "#lib/domain/time/offset-window.ts";

/** A topic that a group reads: as seen now, and its stored samples. */
export interface GroupTopicInput {
  name: string;
  /** null when the topic is gone. */
  topic: ObservedTopic | null;
  starts: OffsetsByPartition;
  /** null where the group has no commit on it. */
  committed: OffsetsByPartition;
  ends: OffsetWindow | null;
  commits: OffsetWindow | null;
  /** Partitions whose commit stood beyond the end in the sweep before; the assessment adds and takes away. */
  beyond: Set<number>;
}

/** What an assessment needs to know of a group. */
export interface GroupInput {
  at: number;
  topics: readonly GroupTopicInput[];
  members: readonly GroupMember[];
  medianMoveGapMs: number | null;
  allowedLag: number;
}

/** What is said of a group. */
export interface GroupAssessment extends Judgement {
  lag: number | null;
  timeLagMs: number | null;
  drainsInMs: number | null;
  consumeRate: number | null;
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
  const judged = judgeGroup({
    partitions: partitions.map(({ verdict, reason, lag: each }) => ({
      judgement: { verdict, reason },
      lag: lagOf(each),
    })),
    lag,
    consumeRate,
    produceRate,
    windowMs: windowOf(input),
  });
  return {
    ...judged,
    lag,
    timeLagMs: worstTimeLag(partitions),
    drainsInMs: drainsIn(lag, consumeRate, produceRate),
    consumeRate,
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
  input: GroupInput,
  owners: ReadonlyMap<number, string>,
): GroupTopicSnapshot {
  const width = Math.max(topic.topic?.partitions.length ?? 0, topic.committed.length);
  const partitions: GroupTopicPartition[] = [];
  for (let partition = 0; partition < width; partition += 1) {
    const owner = owners.get(partition) ?? null;
    // A partition that the group neither reads nor ever committed on says nothing of the group.
    if (owner === null && (topic.committed[partition] ?? null) === null) continue;
    partitions.push(assessPartition(partition, { topic, input, memberId: owner }));
  }
  return {
    topic: topic.name,
    topicId: topic.topic?.topicId ?? null,
    lag: sumLag(partitions.map((each) => each.lag)),
    partitions,
  };
}

function assessPartition(
  partition: number,
  { topic, input, memberId }: { topic: GroupTopicInput; input: GroupInput; memberId: string | null },
): GroupTopicPartition {
  const committed = topic.committed[partition] ?? null;
  const end = topic.topic?.ends[partition] ?? null;
  const start = topic.starts[partition] ?? null;
  const exists = topic.topic !== null && partition < topic.topic.partitions.length;
  const lag = partitionLag({ committed, end, start, exists, wasBeyond: topic.beyond.has(partition) });
  if (committed !== null && end !== null && committed > end) topic.beyond.add(partition);
  else topic.beyond.delete(partition);
  const waiting = lagOf(lag);
  const lagged = waiting !== null && waiting > input.allowedLag;
  const samples = lagged
    ? samplesOf(topic, partition, windowFor(topic, input))
    : [{ at: input.at, committed, lag: waiting }];
  const judged =
    lag.state === "uncommitted" && end !== null && (end === 0n || end === start)
      ? ({ verdict: "ok", reason: "Nothing to read." } as const)
      : lag.state === "known" || lag.state === "lost"
        ? judgePartition({ samples, owned: memberId !== null, allowedLag: input.allowedLag })
        : ({ verdict: "unknown", reason: WHY_UNKNOWN[lag.state] } as const);
  return {
    partition,
    committed,
    end,
    start,
    lag,
    timeLagMs: timeLagOf({ committed, lag: waiting, partition, at: input.at, ends: topic.ends }),
    ...judged,
    memberId,
    movedAt: topic.commits?.movedAt(partition) ?? null,
  };
}

const WHY_UNKNOWN = {
  uncommitted: "No commit yet on this partition.",
  "beyond-end": "Its commit stands beyond the end: the log was cut or the topic made anew.",
  orphaned: "The topic or partition is gone.",
  unknown: "Its end offset could not be read.",
} as const;

function windowFor({ commits }: GroupTopicInput, { at, medianMoveGapMs }: GroupInput): number {
  if (commits === null) return at;
  const samplesAt = Array.from({ length: commits.length }, (_, index) => commits.atOf(index));
  return windowStart(at, samplesAt, medianMoveGapMs);
}

/** How far back the widest window of the group's topics reaches, ms. */
function windowOf(input: GroupInput): number {
  return Math.max(0, ...input.topics.map((topic) => input.at - windowFor(topic, input)));
}

/** The samples of one partition since `fromAt`, with the lag of each; samples without an end have none. */
function samplesOf({ commits, ends }: GroupTopicInput, partition: number, fromAt: number): WindowSample[] {
  const samples: WindowSample[] = [];
  if (commits === null) return samples;
  let endIndex = ends?.indexFrom(fromAt) ?? 0;
  for (let index = commits.indexFrom(fromAt); index < commits.length; index += 1) {
    const at = commits.atOf(index);
    const committed = commits.valueOf(index, partition);
    while (ends !== null && endIndex < ends.length && ends.atOf(endIndex) < at) endIndex += 1;
    const same = ends !== null && endIndex < ends.length && ends.atOf(endIndex) === at;
    const end = same ? ends.valueOf(endIndex, partition) : null;
    const lag = committed === null || end === null ? null : Math.max(0, Number(end - committed));
    samples.push({ at, committed, lag });
  }
  return samples;
}

function timeLagOf({
  committed,
  lag,
  partition,
  at,
  ends,
}: {
  committed: bigint | null;
  lag: number | null;
  partition: number;
  at: number;
  ends: OffsetWindow | null;
}): number | null {
  if (committed === null || lag === null) return null;
  if (lag === 0) return 0;
  if (ends === null) return null;
  const points: EndPoint[] = [];
  for (let index = ends.length - 1; index >= 0; index -= 1) {
    const end = ends.valueOf(index, partition);
    if (end === null) continue;
    points.push({ at: ends.atOf(index), end });
    if (end <= committed) break;
  }
  return timeLag(committed, at, points.reverse());
}

/** The greatest time lag; null as soon as a partition that lags has none, since that one may be greater. */
function worstTimeLag(partitions: readonly GroupTopicPartition[]): number | null {
  const lags = partitions.filter((each) => lagOf(each.lag) !== null).map((each) => each.timeLagMs);
  if (lags.length === 0 || lags.includes(null)) return null;
  return Math.max(...lags.map((lag) => lag ?? 0));
}
