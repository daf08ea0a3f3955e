import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { undoOffsetReset as contract } from "#lib/contracts/offset-resets.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { applyReset } from "#lib/services/offset-resets/apply-offset-reset.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { storePlan } from "#lib/services/offset-resets/plan-offset-reset.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";

/**
 * undoOffsetReset plans the way back of a reset and applies it at once, with every check of a reset; it answers the
 * undoing reset. Throws what planning and applying throw, and `reset_not_undoable`.
 */
export async function undoOffsetReset(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const { group, id } = input.params;
  const reset = await storePlan(ctx, {
    cluster: cluster.id,
    group,
    target: { kind: "undo", id },
    scope: { kind: "all" },
  });
  await applyReset(ctx, { cluster: cluster.id, reset, reason: input.body.reason });
  return findReset(ctx, { cluster: cluster.id, group, id: reset.id });
}
