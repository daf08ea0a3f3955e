import type { Tx } from "#lib/adapters/db/db.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { planOffsetReset as contract } from "#lib/contracts/offset-resets.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import type { OffsetReset, ResetPlan } from "#lib/domain/offset-resets/offset-reset.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { computePlan, type Asked } from "#lib/services/offset-resets/compute-plan.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { hashPlan } from "#lib/services/offset-resets/hash-plan.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";

/**
 * planOffsetReset says what a reset would do and keeps the plan; nothing is changed. What forbids applying it now
 * stands in the plan's refusals. Throws what {@link computePlan} throws, and `cluster_read_only`.
 */
export async function planOffsetReset(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  return storePlan(ctx, { cluster: cluster.id, group: input.params.group, ...input.body });
}

/** storePlan computes a plan, keeps it, and answers it as it was kept. */
export async function storePlan(ctx: ResetCtx, asked: Asked): Promise<OffsetReset> {
  const { cluster, group } = asked;
  const plan = await computePlan(ctx, asked);
  const id = await keepPlan(ctx, ctx.db, { asked, plan });
  return findReset(ctx, { cluster, group, id });
}

/** keepPlan writes a computed plan down, in a transaction where one is given; answers the id of the reset. */
export async function keepPlan(
  ctx: Pick<ResetCtx, "actor" | "newId" | "now">,
  store: Pick<Tx, "offsetResets">,
  { asked, plan }: { asked: Asked; plan: ResetPlan },
): Promise<string> {
  const { cluster, group, target, scope } = asked;
  const id = ctx.newId();
  await store.offsetResets.add(cluster, {
    ...{ id, group, target, scope, plan },
    hash: hashPlan({ target, scope, plan }),
    plannedAt: ctx.now(),
    plannedBy: auditActor(ctx.actor).actorLabel,
  });
  return id;
}
