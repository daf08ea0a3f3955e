import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { updateCause as contract } from "#lib/contracts/dead-letters.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findCause, showCauses } from "#lib/services/dead-letters/show-dead-letters.ts";

/** updateCause changes what people wrote of a cause. Throws `cluster_unknown`, `cause_unknown`. */
export async function updateCause(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { cause } = await findCause(ctx, cluster, input.params.id);
  await ctx.db.transaction(async (tx) => {
    await tx.deadLetterCauses.update(cluster, cause.id, input.body);
    await tx.hints.notify([{ feature: "dead-letters", cluster, id: cause.id }]);
  });
  const [changed] = await showCauses(ctx, cluster, [await findCause(ctx, cluster, cause.id)]);
  if (changed === undefined) throw new Error("One cause is shown for one that is given.");
  return changed;
}
