import type { PartitionSample } from "#lib/domain/groups/group.ts";

/** A sample with how far its commit moved since the one before. */
export interface SampleStep extends PartitionSample {
  /** Records; null where one of the two commits is missing. */
  moved: bigint | null;
}

/** withSteps tells of each sample how far the commit moved, and turns them newest first. */
export function withSteps(oldestFirst: readonly PartitionSample[]): SampleStep[] {
  return oldestFirst
    .map((sample, index) => {
      const before = oldestFirst[index - 1]?.committed ?? null;
      const moved = before === null || sample.committed === null ? null : sample.committed - before;
      return { ...sample, moved };
    })
    .reverse();
}
