import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";

/** Where a message lies in its topic, as far as that is known. */
export interface MessagePlace {
  /** null where it is not known. */
  readonly partition: number | null;
  readonly offset: bigint | null;
  /** When it was sent, epoch ms. */
  readonly sentAt: number | null;
}

/** A record may be stamped a little before what sent it says. */
const SKEW_MS = 2_000;

/**
 * hasRead tells whether a group has committed past a message: exactly where its offset is known; else by times: what
 * was sent before the first unread record is read, and what was sent after the commit last moved is not. `observedAt`,
 * epoch ms, is when the partitions were looked at.
 */
export function hasRead(
  partitions: readonly GroupTopicPartition[],
  place: MessagePlace,
  observedAt: number,
): "yes" | "no" | "unknown" {
  const answers = partitions
    .filter(({ partition }) => place.partition === null || partition === place.partition)
    .map((partition) => hasReadPartition(partition, place, observedAt));
  if (answers.length === 0) return "unknown";
  if (answers.every((answer) => answer === "yes")) return "yes";
  // It lies in one of them: that one has not read it only if none may have.
  return answers.every((answer) => answer === "no") ? "no" : "unknown";
}

function hasReadPartition(
  { committed, end, lag, timeLagMs, movedAt }: GroupTopicPartition,
  { offset, sentAt }: MessagePlace,
  observedAt: number,
): "yes" | "no" | "unknown" {
  if (offset !== null) {
    if (committed !== null) return committed > offset ? "yes" : "no";
    // Older than the look: a group that has committed nothing has read nothing that counts.
    return lag.state === "uncommitted" && (end === null || end > offset) ? "no" : "unknown";
  }
  // What was sent after the look cannot be told of by it.
  if (sentAt === null || sentAt > observedAt) return "unknown";
  if (lag.state === "uncommitted") return end === null || end > 0n ? "no" : "unknown";
  if (lag.state === "marker-tail" || (lag.state === "known" && lag.lag === 0)) return "yes";
  if (lag.state !== "known") return "unknown";
  if (timeLagMs !== null) return observedAt - timeLagMs > sentAt + SKEW_MS ? "yes" : "no";
  return movedAt === null || movedAt < sentAt ? "no" : "unknown";
}
