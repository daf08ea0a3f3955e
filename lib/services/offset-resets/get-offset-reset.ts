import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getOffsetReset as contract } from "#lib/contracts/offset-resets.ts";
import { isUuid } from "#lib/domain/access/ids.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** getOffsetReset answers one reset of a group. Throws `cluster_unknown`, `reset_unknown`. */
export async function getOffsetReset(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  return findReset(ctx, { ...input.params, cluster });
}

/** findReset is one reset of a group. Throws `reset_unknown`. */
export async function findReset(
  ctx: Pick<Ctx, "db">,
  { cluster, group, id }: { cluster: string; group: string; id: string },
): Promise<OffsetReset> {
  const reset = isUuid(id) ? await ctx.db.offsetResets.get(cluster, group, id) : null;
  if (reset !== null) return reset;
  throw new AppError("reset_unknown", "The group has no offset reset of this id.", {
    details: { cluster, group, id },
  });
}
