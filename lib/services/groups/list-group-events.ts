import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listGroupEvents as contract } from "#lib/contracts/groups.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { historyRange } from "#lib/services/history-range.ts";

/** More marks than this make a chart's axis unreadable; the newest are kept. */
const MOST_EVENTS = 500;

/**
 * listGroupEvents answers what happened to a group in a range, newest first. A group that is gone has its events for
 * as long as they are kept. Throws `cluster_unknown`, `group_unknown`, `request_invalid`.
 */
export async function listGroupEvents(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const { fromAt, toAt } = historyRange({ ...input.query, points: MOST_EVENTS }, ctx.now());
  const items = await ctx.db.groupEvents.list(cluster, group, { fromAt, toAt, limit: MOST_EVENTS });
  if (items.length === 0 && !(await ctx.db.groups.exists(cluster, group))) throw groupUnknown(cluster, group);
  return { items };
}
