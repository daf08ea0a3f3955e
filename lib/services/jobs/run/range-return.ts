import type { RangeReturn } from "#lib/adapters/db/job-runs-settle-ranges.ts";
import type { RedrivenDeadLetter } from "#lib/adapters/db/job-runs-settle-returns.ts";

/** rangeReturnOf is what a dead letter tells of the copy of a range; a place of another topic tells a retry of it. */
export function rangeReturnOf(
  letter: RedrivenDeadLetter,
  { range, offset, isTarget }: { range: number; offset: bigint; isTarget: (topic: string) => boolean },
): RangeReturn {
  const { fromTopic: topic, fromPartition: partition, fromOffset, eventId, hops } = letter;
  const isCopy = topic !== null && partition !== null && fromOffset !== null && isTarget(topic);
  return {
    ...{ range, offset, eventId, hop: Math.max(1, hops - 1) },
    target: isCopy ? { topic, partition, offset: fromOffset } : null,
    returned: { topicRef: letter.topicRef, partition: letter.partition, offset: letter.offset },
  };
}
