import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getGroup as contract } from "#lib/contracts/groups.ts";
import { sparkAt } from "#lib/domain/groups/spark.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** getGroup answers one group from the last sweep. Throws `cluster_unknown`, `group_unknown`. */
export async function getGroup(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group: id } = input.params;
  const group = await ctx.db.groups.get(cluster, id);
  if (group === null) throw groupUnknown(cluster, id);
  const at = ctx.now();
  const { isolation, effects } = ctx.jobs.settings.group(id);
  const mutes = await ctx.db.mutes.of(cluster, id, at);
  return { ...group, spark: sparkAt(group.spark, at), mutes, declared: { isolation, effects } };
}

/** groupUnknown is the error for a group that the last sweep did not see. */
export function groupUnknown(cluster: string, group: string): AppError {
  return new AppError("group_unknown", `The cluster ${cluster} has no group ${JSON.stringify(group)}.`, {
    details: { cluster, group },
  });
}
