import type { getClusterHistory as contract } from "#lib/contracts/clusters.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { clusterHistory } from "#lib/domain/clusters/cluster-history.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { historyRange } from "#lib/services/history-range.ts";

const SHOWN_GROUPS = 5;
/** Sparklines reach an hour back; a range that begins a little before counts as the last hour. */
const HOUR_MS = 61 * 60_000;

/** getClusterHistory answers the lag of the five worst groups and the rates. Throws `cluster_unknown`, `request_invalid`. */
export async function getClusterHistory(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const now = ctx.now();
  const range = historyRange(input.query, now);
  const ofLastHour = range.fromAt >= now - HOUR_MS && range.toAt >= now - 60_000;
  const names = await ctx.db.history.worstGroups(cluster, ofLastHour ? "last-hour" : range, SHOWN_GROUPS);
  const groups = await Promise.all(
    names.map(async (group) => ({ group, samples: await ctx.db.history.ofGroup(cluster, group, range) })),
  );
  return clusterHistory(await ctx.db.history.ofCluster(cluster, range), groups, range);
}
