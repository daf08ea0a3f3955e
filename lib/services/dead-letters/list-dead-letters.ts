import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listDeadLetters as contract } from "#lib/contracts/dead-letters.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";
import { filterOf, indexFreshness } from "#lib/services/dead-letters/dead-letter-filter.ts";
import { jobsOf, listedOf } from "#lib/services/dead-letters/show-copies.ts";
import { shownTo } from "#lib/services/dead-letters/show-dead-letters.ts";

/** listDeadLetters answers a page of dead letters, newest first. Throws `cluster_unknown`, `cursor_invalid`. */
export async function listDeadLetters(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cursor, limit, ...wanted } = input.query;
  const listed = { list: "dead-letters", cluster, ...wanted };
  const after = placeOf(decodeCursor(cursor, listed, 2));
  const filter = await filterOf(ctx, cluster, wanted);
  const rows = await ctx.db.deadLetters.list(filter, { after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1)?.place;
  const shown = shownTo(ctx, cluster);
  const jobs = await jobsOf(ctx, cluster, page);
  return {
    items: page.map((stored) => listedOf(shown.row(stored), jobs)),
    nextCursor:
      rows.length > limit && last !== undefined ? encodeCursor(listed, [last.at, last.seq.toString()]) : null,
    ...(await indexFreshness(ctx, cluster)),
  };
}

function placeOf(values: (string | number)[] | null): { at: number; seq: bigint } | null {
  if (values === null) return null;
  const [at, seq] = values;
  if (typeof at === "number" && Number.isSafeInteger(at) && typeof seq === "string" && /^\d{1,18}$/.test(seq))
    return { at, seq: BigInt(seq) };
  throw new AppError("cursor_invalid", "The cursor is malformed.");
}
