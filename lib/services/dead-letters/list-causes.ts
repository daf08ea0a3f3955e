import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listCauses as contract } from "#lib/contracts/dead-letters.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";
import { filterOf, indexFreshness } from "#lib/services/dead-letters/dead-letter-filter.ts";
import { showCauses } from "#lib/services/dead-letters/show-dead-letters.ts";

/** How many values a cursor holds: those of the sort and the id. */
const SORT_VALUES = { trouble: 3, open: 2, lastSeen: 2, firstSeen: 2 } as const;

/** listCauses answers a page of the causes of dead letters. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listCauses(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cursor, limit, sort, ...wanted } = input.query;
  const listed = { list: "causes", cluster, sort, ...wanted };
  const after = decodeCursor(cursor, listed, SORT_VALUES[sort]);
  const filter = await filterOf(ctx, cluster, wanted);
  const rows = await ctx.db.deadLetterCauses.list({ filter, sort, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await showCauses(
      ctx,
      cluster,
      page.map(({ stored }) => stored),
    ),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(listed, last.sortValues) : null,
    ...(await indexFreshness(ctx, cluster)),
    totals: await ctx.db.deadLetterCauses.totals(cluster),
  };
}
