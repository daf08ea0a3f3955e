import type { listBrokers as contract } from "#lib/contracts/brokers.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listBrokers answers the brokers of the last sweep, missing ones included. Throws `cluster_unknown`. */
export async function listBrokers(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const items = await ctx.db.brokers.list(cluster);
  return { items, nextCursor: null, ...(await freshnessOf(ctx, cluster)) };
}
