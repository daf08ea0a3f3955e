import type { listClusters as contract } from "#lib/contracts/clusters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { summaryOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listClusters answers the clusters of the config, in its order, with what the worker last saw of them. */
export async function listClusters(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  const states = await ctx.db.clusters.states();
  const now = ctx.now();
  const observed = ctx.clusters.flatMap(({ id }) => states.get(id)?.observedAt ?? []);
  return {
    items: ctx.clusters.map((cluster) => summaryOf(cluster, states.get(cluster.id), now)),
    nextCursor: null,
    observedAt: observed.length === 0 ? null : Math.max(...observed),
    failures: [],
  };
}
