import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listTopics as contract } from "#lib/contracts/topics.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";

/** listTopics answers a page of topics from the last sweep. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listTopics(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cursor, limit, sort, order = sort === "name" ? "asc" : "desc", ...wanted } = input.query;
  const filter = { cluster, ...wanted };
  const listed = { list: "topics", sort, order, ...filter };
  const after = decodeCursor(cursor, listed, sort === "name" ? 1 : 2);
  const rows = await ctx.db.topics.list({ filter, sort, order, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ topic }) => topic),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(listed, last.sortValues) : null,
    ...(await freshnessOf(ctx, cluster)),
    counts: await ctx.db.topics.count(filter),
  };
}
