import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listGroups as contract } from "#lib/contracts/groups.ts";
import { sparkAt } from "#lib/domain/groups/spark.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";

/** The order of a sort unless asked otherwise: trouble and names from the first, numbers from the greatest. */
const USUAL_ORDER = {
  trouble: "asc",
  id: "asc",
  state: "asc",
  lag: "desc",
  timeLag: "desc",
  drains: "desc",
  retention: "desc",
  rate: "desc",
  members: "desc",
  kind: "asc",
} as const;
/** How many values a cursor holds: those of the sort and the id. */
const SORT_VALUES: Readonly<Record<keyof typeof USUAL_ORDER, number>> = {
  ...{
    trouble: 3,
    id: 1,
    state: 2,
    lag: 2,
    timeLag: 2,
    drains: 2,
    retention: 2,
    rate: 2,
    members: 2,
    kind: 2,
  },
};

/** listGroups answers a page of groups from the last sweep. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listGroups(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cursor, limit, sort, order = USUAL_ORDER[sort], ...wanted } = input.query;
  const filter = { cluster, ...wanted };
  const listed = { list: "groups", sort, order, ...filter };
  const after = decodeCursor(cursor, listed, SORT_VALUES[sort]);
  const rows = await ctx.db.groups.list({ filter, sort, order, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const now = ctx.now();
  return {
    items: page.map(({ group }) => ({ ...group, spark: sparkAt(group.spark, now) })),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(listed, last.sortValues) : null,
    ...(await freshnessOf(ctx, cluster)),
    counts: await ctx.db.groups.count({ cluster, q: wanted.q, topic: wanted.topic, readers: wanted.readers }),
  };
}
