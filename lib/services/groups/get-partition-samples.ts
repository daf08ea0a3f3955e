import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getPartitionSamples as contract } from "#lib/contracts/groups.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { historyRange } from "#lib/services/history-range.ts";

/** Up to five and a half hours come sweep by sweep, longer ranges in coarser samples. */
const POINTS = 2_000;

/**
 * getPartitionSamples answers the stored samples of one partition of a group: without a range those of the last half
 * hour, which is as far as a verdict looks. Throws `cluster_unknown`, `group_unknown`, `request_invalid`.
 */
export async function getPartitionSamples(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const { topic, partition, to = ctx.now() } = input.query;
  const from = input.query.from ?? to - WINDOW_LIMIT_MS;
  const range = historyRange({ from, to, points: POINTS }, ctx.now());
  const items = await ctx.db.history.ofPartition({ cluster, group, topic, partition }, range);
  if (items.length === 0 && !(await ctx.db.groups.exists(cluster, group))) throw groupUnknown(cluster, group);
  return { fromAt: range.fromAt, toAt: range.toAt, items };
}
