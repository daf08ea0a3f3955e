import type { GroupPartition, PartitionLag } from "#lib/domain/groups/group.ts";
import { TONES } from "#lib/domain/health/tone.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";

import { partitionState } from "./partition-state.ts";

/** How the partitions of a group may be ordered; `trouble`, ascending, is worst first, then lag. */
export const PARTITION_SORTS = [
  "trouble",
  "topic",
  "lag",
  "timeLag",
  "retention",
  "committed",
  "end",
  "moved",
] as const;
/** One of {@link PARTITION_SORTS}. */
export type PartitionSort = (typeof PARTITION_SORTS)[number];

/** What a partition's lag counts, in records; null where it is not a number. */
export function lagRecords(lag: PartitionLag): number | null {
  if (lag.state === "marker-tail") return 0;
  return lag.state === "known" || lag.state === "lost" ? lag.lag : null;
}

/** What is left of a tail without records: `1 marker`. */
export function markerWords(markers: number): string {
  return `${markers} ${markers === 1 ? "marker" : "markers"}`;
}

/** partitionId is a partition as its key: topic, then number. */
export function partitionId({ topic, partition }: Pick<GroupPartition, "topic" | "partition">): string {
  return `${topic}:${partition}`;
}

/** The order of the first click on a column: numbers greatest first. */
export function firstOrder(sort: PartitionSort): "asc" | "desc" {
  return sort === "topic" || sort === "trouble" ? "asc" : "desc";
}

/** orderPartitions sorts by one column; unknown values come last in either direction, topic and number break ties. */
export function orderPartitions(
  partitions: readonly GroupPartition[],
  sort: PartitionSort,
  order: "asc" | "desc",
): GroupPartition[] {
  const sign = order === "asc" ? 1 : -1;
  const place = (a: GroupPartition, b: GroupPartition) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
  return [...partitions].sort((a, b) => {
    if (sort === "topic") return sign * place(a, b);
    if (sort === "trouble") {
      const worse = troubleRank(a) - troubleRank(b);
      return worse !== 0 ? sign * worse : byNumber(lagRecords(a.lag), lagRecords(b.lag), -1) || place(a, b);
    }
    return byNumber(valueOf(a, sort), valueOf(b, sort), sign) || place(a, b);
  });
}

/** Tone first, so that lost records stand with the critical verdicts; neutral and unknown come last. */
function troubleRank(partition: GroupPartition): number {
  const { tone } = partitionState(partition);
  const byTone = tone === "neutral" ? TONES.length : TONES.indexOf(tone);
  return byTone * VERDICTS.length + VERDICTS.indexOf(partition.verdict);
}

/** Compares two numbers; an unknown one comes last whatever the sign. */
function byNumber(left: number | bigint | null, right: number | bigint | null, sign: number): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return left < right ? -sign : sign;
}

function valueOf(
  partition: GroupPartition,
  sort: Exclude<PartitionSort, "topic" | "trouble">,
): number | bigint | null {
  switch (sort) {
    case "lag":
      return lagRecords(partition.lag);
    case "timeLag":
      return partition.timeLagMs;
    case "retention":
      return partition.retentionUsed;
    case "committed":
      return partition.committed;
    case "end":
      return partition.end;
    case "moved":
      return partition.movedAt;
  }
}
