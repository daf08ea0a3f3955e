import type { GroupDetail, GroupPartition } from "#lib/domain/groups/group.ts";

import { orderPartitions, partitionId } from "./partition-order.ts";

/** Stands in the URL for the partition that the group's own verdict comes from; no partition's key is this. */
export const WORST = "worst";

/** The partition whose evidence a key asks for: the worst of those with the group's own verdict, where it asks for it. */
export function evidencePartition(
  group: Pick<GroupDetail, "verdict" | "partitions">,
  key: string,
): GroupPartition | undefined {
  const byTrouble = orderPartitions(group.partitions, "trouble", "asc");
  if (key !== WORST) return byTrouble.find((partition) => partitionId(partition) === key);
  return byTrouble.find(({ verdict }) => verdict === group.verdict) ?? byTrouble[0];
}
