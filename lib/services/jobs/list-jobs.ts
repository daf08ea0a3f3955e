import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listJobs as contract } from "#lib/contracts/jobs.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";

/** listJobs answers a page of a cluster's jobs, newest first. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listJobs(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cursor, limit, ...filter } = input.query;
  const listed = { list: "jobs", cluster, ...filter };
  const below = belowOf(decodeCursor(cursor, listed, 1));
  const rows = await ctx.db.jobs.list({ cluster, ...filter }, { below, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor(listed, [last.number]) : null,
    ...(await freshnessOf(ctx, cluster)),
  };
}

function belowOf(values: (string | number)[] | null): number | null {
  if (values === null) return null;
  const [number] = values;
  if (typeof number !== "number" || !Number.isSafeInteger(number))
    throw new AppError("cursor_invalid", "The cursor is malformed.");
  return Math.min(number, 2 ** 31 - 1);
}
