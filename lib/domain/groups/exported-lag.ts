import type { GroupPartition } from "#lib/domain/groups/group.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

/** The lag of one group as monitoring reads it. */
export interface ExportedLag {
  cluster: string;
  group: string;
  /** Records, summed over partitions with a known lag; null when there is none. */
  lag: number | null;
  /** The greatest time lag over partitions, ms; null when unknown. */
  timeLagMs: number | null;
  verdict: Verdict;
  /** As GroupRow's: the greatest share over partitions; null when unknown. */
  retentionUsed: number | null;
  partitions: Pick<GroupPartition, "topic" | "partition" | "lag" | "timeLagMs" | "committed">[];
}
