import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { ObservedTopic, OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import type { PartitionLag } from "#lib/domain/groups/group.ts";
import { lagOf, partitionLag } from "#lib/domain/groups/partition-lag.ts";
import { expiresAt, retentionUsed, type TopicKeeping } from "#lib/domain/groups/retention.ts";
import { timeLag, type EndPoint } from "#lib/domain/groups/time-lag.ts";
import {
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
  /** The lags that the broker itself tells of a share group; null for a group whose lag is counted from commits. */
  told: readonly (number | null)[] | null;
  ends: OffsetWindow | null;
  commits: OffsetWindow | null;
  keeping: TopicKeeping;
  /** Partitions whose commit stood beyond the end in the sweep before; the assessment adds and takes away. */
  beyond: Set<number>;
  /** Records left to readers between a commit and an end; null where nobody counted them. */
  recordsLeft: (partition: number, from: bigint, to: bigint) => number | null;
}

/** What holds for every partition of a group. */
export interface PartitionSurroundings {
  at: number;
  medianMoveGapMs: number | null;
  allowedLag: number;
}

/** assessPartition tells lag, time lag, retention and verdict of one partition of a group. */
export function assessPartition(
  partition: number,
  {
    topic,
    around,
    memberId,
  }: { topic: GroupTopicInput; around: PartitionSurroundings; memberId: string | null },
): GroupTopicPartition {
  const committed = topic.committed[partition] ?? null;
  const end = topic.topic?.ends[partition] ?? null;
  const start = topic.starts[partition] ?? null;
  const standing = { partition, committed, start, end };
  const lag = lagIn(topic, standing);
  if (committed !== null && end !== null && committed > end) topic.beyond.add(partition);
  else topic.beyond.delete(partition);
  const waiting = lagOf(lag);
  const timeLagMs = timeLagOf({ committed, lag: waiting, partition, at: around.at, ends: topic.ends });
  return {
    ...standing,
    lag,
    timeLagMs,
    retentionUsed: waiting === 0 ? 0 : retentionUsed(topic.keeping, standing),
    expiresAt: waiting === 0 ? null : expiresAt(topic.keeping, standing, { at: around.at, timeLagMs }),
    ...judge(partition, { topic, around, lag, owned: memberId !== null }),
    memberId,
    movedAt: topic.commits?.movedAt(partition) ?? null,
  };
}

interface Standing {
  partition: number;
  committed: bigint | null;
  start: bigint | null;
  end: bigint | null;
}

function lagIn(topic: GroupTopicInput, { partition, committed, start, end }: Standing): PartitionLag {
  const exists = topic.topic !== null && partition < topic.topic.partitions.length;
  if (topic.told !== null && exists) {
    const told = topic.told[partition] ?? null;
    return told === null
      ? { state: "unknown", reason: "The broker does not tell this group's lag here." }
      : { state: "known", lag: told };
  }
  const waits = committed !== null && end !== null && committed < end;
  const recordsLeft = waits ? topic.recordsLeft(partition, committed, end) : null;
  return partitionLag({ committed, end, start, exists, wasBeyond: topic.beyond.has(partition), recordsLeft });
}

const WHY_UNKNOWN = {
  uncommitted: "No commit yet on this partition.",
  "beyond-end": "Its commit stands beyond the end: the log was cut or the topic made anew.",
  orphaned: "The topic or partition is gone.",
} as const;

function judge(
  partition: number,
  {
    topic,
    around,
    lag,
    owned,
  }: { topic: GroupTopicInput; around: PartitionSurroundings; lag: PartitionLag; owned: boolean },
): Judgement {
  const end = topic.topic?.ends[partition] ?? null;
  const start = topic.starts[partition] ?? null;
  switch (lag.state) {
    case "uncommitted":
      return end !== null && (end === 0n || end === start)
        ? { verdict: "ok", reason: "Nothing to read." }
        : { verdict: "unknown", reason: WHY_UNKNOWN.uncommitted };
    case "beyond-end":
    case "orphaned":
      return { verdict: "unknown", reason: WHY_UNKNOWN[lag.state] };
    case "unknown":
      return { verdict: "unknown", reason: lag.reason };
    case "known":
    case "lost":
    case "marker-tail": {
      const waiting = lagOf(lag);
      const lagged = waiting !== null && waiting > around.allowedLag;
      const committed = topic.committed[partition] ?? null;
      const samples = lagged
        ? samplesOf(topic, partition, windowFor(topic, around))
        : [{ at: around.at, committed, lag: waiting }];
      return judgePartition({ samples, owned, allowedLag: around.allowedLag });
    }
  }
}

/** windowFor is the instant from which the verdicts on a topic look. */
export function windowFor(
  { commits }: GroupTopicInput,
  { at, medianMoveGapMs }: PartitionSurroundings,
): number {
  if (commits === null) return at;
  const samplesAt = Array.from({ length: commits.length }, (_, index) => commits.atOf(index));
  return windowStart(at, samplesAt, medianMoveGapMs);
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
