import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { GroupRow } from "#lib/domain/groups/group.ts";

/** Something about a group that its numbers do not say. */
export interface GroupMark {
  kind: "churn" | "hot" | "expiry";
  tone: Tone;
  /** A sentence. */
  words: string;
}

/** What {@link groupMarks} tells them from. */
export type MarkFacts = Pick<GroupRow, "rebalances" | "hotPartition" | "offsetsExpireAt" | "observedAt">;

/** A deploy of one or two members rebalances as often as this; more in an hour is churn. */
const USUAL_REBALANCES = 2;
const DAY_MS = 86_400_000;

/** groupMarks tells what is odd about a group: members that come and go, a hot partition, commits about to expire. */
export function groupMarks({
  rebalances,
  hotPartition,
  offsetsExpireAt,
  observedAt,
}: MarkFacts): GroupMark[] {
  const marks: GroupMark[] = [];
  if (rebalances > USUAL_REBALANCES) {
    const words = `${formatCount(rebalances)} rebalances in the last hour: its members come and go.`;
    marks.push({ kind: "churn", tone: "notice", words });
  }
  if (hotPartition !== null) {
    const { topic, partition, lag } = hotPartition;
    const words = `Hot partition: ${topic} ${partition} holds ${formatCount(lag)} records, far more than the others.`;
    marks.push({ kind: "hot", tone: "warning", words });
  }
  if (offsetsExpireAt !== null) marks.push(expiryMark(offsetsExpireAt, observedAt));
  return marks;
}

function expiryMark(expireAt: number, observedAt: number): GroupMark {
  const leftMs = expireAt - observedAt;
  const when =
    leftMs <= 0
      ? "Kafka may delete its commits any moment"
      : `Kafka deletes its first commits in ${formatDuration(leftMs)}, not after ${formatInstantFull(expireAt)}`;
  return {
    kind: "expiry",
    tone: leftMs <= DAY_MS ? "warning" : "neutral",
    words: `Without members: ${when}.`,
  };
}
