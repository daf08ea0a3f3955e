import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getGroupHeat as contract } from "#lib/contracts/groups.ts";
import { groupHeat } from "#lib/domain/groups/group-heat.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { historyRange } from "#lib/services/history-range.ts";

/**
 * getGroupHeat answers the greatest lag of each partition in equal slots of a range. A group that is gone has its
 * history for as long as its samples are kept. Throws `cluster_unknown`, `group_unknown`, `request_invalid`.
 */
export async function getGroupHeat(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const { from, to, slots } = input.query;
  const range = historyRange({ from, to, points: slots }, ctx.now());
  const cells = await ctx.db.history.heatOf(cluster, group, range);
  if (cells.length === 0 && !(await ctx.db.groups.exists(cluster, group))) throw groupUnknown(cluster, group);
  return groupHeat(cells, range);
}
