import type { RecordAddress } from "#lib/adapters/kafka/search/types.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { topicsThere } from "#lib/services/records/topics-there.ts";

/**
 * recordUnknown tells why a place holds no record: the topic or partition is not there, retention took it, it is not
 * written yet, or nothing was left there. Answers `record_unknown`, or throws `topic_unknown` and what asking throws.
 */
export async function recordUnknown(ctx: Ctx, cluster: string, at: RecordAddress): Promise<AppError> {
  const { topic, partition, offset } = at;
  const log = (await topicsThere(ctx, cluster, [topic])).get(topic);
  const bounds = log?.partitions[partition];
  return new AppError("record_unknown", why(at, bounds), {
    details: { cluster, topic, partition, offset: offset.toString() },
  });
}

function why(
  { topic, partition, offset }: RecordAddress,
  bounds: { start: bigint | null; end: bigint | null } | undefined,
): string {
  const place = `Partition ${partition} of ${topic}`;
  if (bounds === undefined) return `The topic ${topic} has no partition ${partition}.`;
  const { start, end } = bounds;
  if (start !== null && offset < start)
    return `${place} begins at offset ${start} now: retention or a delete took what was before.`;
  if (end !== null && offset >= end)
    return `${place} ends before offset ${end} now: nothing is written at ${offset} yet.`;
  return `${place} holds no record at offset ${offset}: compaction removed it, or it is a transaction's marker.`;
}
