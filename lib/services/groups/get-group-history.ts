import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getGroupHistory as contract } from "#lib/contracts/groups.ts";
import { groupHistory } from "#lib/domain/groups/group-history.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { historyRange } from "#lib/services/history-range.ts";

/**
 * getGroupHistory answers a group's lag by topic and its rates. A group that is gone has its history for as long as
 * its samples are kept. Throws `cluster_unknown`, `group_unknown`, `request_invalid`.
 */
export async function getGroupHistory(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  return readGroupHistory(ctx, { cluster, group: input.params.group, query: input.query });
}

/** What a history is asked for. */
interface Asked {
  cluster: string;
  group: string;
  query: InputOf<typeof contract>["query"];
}

/** readGroupHistory is {@link getGroupHistory} for a cluster that is known. Throws `group_unknown`, `request_invalid`. */
export async function readGroupHistory(
  ctx: Pick<Ctx, "db" | "now">,
  { cluster, group, query }: Asked,
): Promise<OutputOf<typeof contract>> {
  const range = historyRange(query, ctx.now());
  const samples = await ctx.db.history.ofGroup(cluster, group, range);
  if (samples.length === 0 && !(await ctx.db.groups.exists(cluster, group)))
    throw groupUnknown(cluster, group);
  return groupHistory(samples, range);
}
