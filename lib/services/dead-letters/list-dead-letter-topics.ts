import type { listDeadLetterTopics as contract } from "#lib/contracts/dead-letter-topics.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listDeadLetterTopics answers the dead-letter topics of a cluster, by name. Throws `cluster_unknown`. */
export async function listDeadLetterTopics(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  return topicsOf(ctx, cluster);
}

/** topicsOf is the list of a cluster's dead-letter topics. */
export async function topicsOf(ctx: Ctx, cluster: string): Promise<OutputOf<typeof contract>> {
  return {
    items: await ctx.db.deadLetterTopics.list(cluster),
    nextCursor: null,
    ...(await freshnessOf(ctx, cluster)),
  };
}
