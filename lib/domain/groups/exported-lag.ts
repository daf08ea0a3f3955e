import type { GroupPartition } from "#lib/domain/groups/group.ts";

/** The lag of one group as monitoring reads it. */
export interface ExportedLag {
  cluster: string;
  group: string;
  /** Records, summed over partitions with a known lag; null when there is none. */
  lag: number | null;
  /** The greatest time lag over partitions, ms; null when unknown. */
  timeLagMs: number | null;
  partitions: Pick<GroupPartition, "topic" | "partition" | "lag" | "timeLagMs" | "committed">[];
}

/** lagOf is a partition's lag in records where it is a number; null for every other state. */
export function lagOf({ lag }: Pick<GroupPartition, "lag">): number | null {
  return lag.state === "known" || lag.state === "lost" ? lag.lag : null;
}
