import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listOffsetSnapshots as contract } from "#lib/contracts/offset-resets.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listOffsetSnapshots answers a group's snapshots, newest first. Throws `cluster_unknown`. */
export async function listOffsetSnapshots(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  return { items: await ctx.db.offsetSnapshots.list(cluster, input.params.group) };
}
