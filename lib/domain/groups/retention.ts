import type { OffsetWindow } from "#lib/domain/time/offset-window.ts";

/** What Kafka keeps of a topic; null where it is not known. */
export interface TopicKeeping {
  cleanupPolicy: string | null;
  /** Kafka's retention.ms; -1 is forever. */
  retentionMs: number | null;
  /** Kafka's retention.bytes; -1 is without limit. */
  retentionBytes: number | null;
  /** Start offsets over the last minutes; null before the first. */
  starts: OffsetWindow | null;
}

/** Where a group stands on a partition. */
export interface Standing {
  partition: number;
  committed: bigint | null;
  start: bigint | null;
  end: bigint | null;
}

/** A compacted topic loses records by their keys: no share and no instant can be told. */
const isDeleted = ({ cleanupPolicy }: TopicKeeping): boolean => cleanupPolicy === "delete";

/**
 * retentionUsed is the share of a partition's kept records that the group has not read: (end - committed) /
 * (end - start). 1 and more loses records now. null for a compacted topic, and where an offset is missing.
 */
export function retentionUsed(keeping: TopicKeeping, { committed, start, end }: Standing): number | null {
  if (!isDeleted(keeping) || committed === null || start === null || end === null) return null;
  if (committed >= end) return 0;
  if (end <= start) return null;
  return Number(end - committed) / Number(end - start);
}

/**
 * expiresAt is when Kafka may delete the first unread record, at the earliest, epoch ms: its age by `retention.ms`,
 * or the arrival of the start offset at its present speed where `retention.bytes` deletes sooner. `timeLagMs` is the
 * age of that record. null when nothing is unread, when the topic keeps for ever or is compacted, or when unknown.
 */
export function expiresAt(
  keeping: TopicKeeping,
  standing: Standing,
  { at, timeLagMs }: { at: number; timeLagMs: number | null },
): number | null {
  const { committed, end } = standing;
  if (!isDeleted(keeping) || committed === null || end === null || committed >= end) return null;
  const { retentionMs } = keeping;
  const byAge =
    retentionMs === null || retentionMs < 0 || timeLagMs === null ? null : at - timeLagMs + retentionMs;
  const bySize = whenStartArrives(keeping, standing, at);
  if (byAge === null || bySize === null) return byAge ?? bySize;
  return Math.min(byAge, bySize);
}

function whenStartArrives(
  { retentionBytes, starts }: TopicKeeping,
  { partition, committed }: Standing,
  at: number,
): number | null {
  if (retentionBytes === null || retentionBytes < 0 || starts === null || starts.length < 2) return null;
  const [first, last] = [starts.valueOf(0, partition), starts.valueOf(starts.length - 1, partition)];
  if (first === null || last === null || committed === null || last <= first) return null;
  const spanMs = starts.atOf(starts.length - 1) - starts.atOf(0);
  const leftMs = Math.max(0, (Number(committed - last) * spanMs) / Number(last - first));
  return Math.round(Math.max(at, starts.atOf(starts.length - 1) + leftMs));
}
