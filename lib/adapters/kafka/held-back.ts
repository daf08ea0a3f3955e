import type { HeldBack } from "#lib/adapters/kafka/read-transactions.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedStables, ObservedTopic } from "#lib/domain/sweep/observation.ts";

/** Partitions whose open transactions one sweep asks about at most. */
const HELD_BACK_LIMIT = 100;

/**
 * heldBack tells the partitions to ask about, at most 100. Records that were written between the two readings look
 * like a backlog too, so those whose last stable offset stands still come first, and then the greatest backlogs. More
 * that stand still than can be asked about are a failure.
 */
export function heldBack(stables: ObservedStables, { topics, still, failures }: HeldBackOptions): HeldBack[] {
  const found: (HeldBack & { stands: boolean; backlog: bigint })[] = [];
  for (const [topic, offsets] of stables) {
    const { ends = [], partitions = [] } = topics.get(topic) ?? {};
    for (const [partition, stable] of offsets.entries()) {
      const end = ends[partition] ?? null;
      const leaderId = partitions[partition]?.leaderId ?? null;
      if (stable === null || end === null || leaderId === null || end <= stable) continue;
      const stands = still.get(topic)?.[partition] === stable;
      found.push({ topic, partition, leaderId, stands, backlog: end - stable });
    }
  }
  const standing = found.filter((each) => each.stands).length;
  if (standing > HELD_BACK_LIMIT) {
    const reason = `Only ${HELD_BACK_LIMIT} of ${standing} partitions that are held back were asked about.`;
    failures.push({ subject: "open transactions", reason });
  }
  return found
    .sort((a, b) => Number(b.stands) - Number(a.stands) || Number(b.backlog - a.backlog))
    .slice(0, HELD_BACK_LIMIT);
}

interface HeldBackOptions {
  topics: ReadonlyMap<string, ObservedTopic>;
  /** The last stable offsets of the reading before. */
  still: ObservedStables;
  failures: PartialFailure[];
}
