import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listOffsetResets as contract } from "#lib/contracts/offset-resets.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";

/** listOffsetResets answers a page of a group's resets, newest first. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listOffsetResets(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const { cursor, limit } = input.query;
  const listed = { list: "offset-resets", cluster, group };
  const after = afterOf(decodeCursor(cursor, listed, 2));
  const rows = await ctx.db.offsetResets.list(cluster, group, { after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor(listed, [last.plannedAt, last.id]) : null,
    ...(await freshnessOf(ctx, cluster)),
  };
}

function afterOf(values: (string | number)[] | null): { plannedAt: number; id: string } | null {
  if (values === null) return null;
  const [plannedAt, id] = values;
  if (typeof plannedAt !== "number" || typeof id !== "string")
    throw new AppError("cursor_invalid", "The cursor is malformed.");
  return { plannedAt, id };
}
