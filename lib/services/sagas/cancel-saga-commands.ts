import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { cancelSagaCommands as contract } from "#lib/contracts/saga-commands.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { batchUnknown, showBatch } from "#lib/services/sagas/get-saga-commands.ts";

/**
 * cancelSagaCommands stops a batch: what waits is never sent, what was sent stays sent and is answered by its service.
 * Again is no error. Throws `saga_batch_unknown`.
 */
export async function cancelSagaCommands(
  ctx: Ctx,
  { params, body }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { actorLabel } = auditActor(ctx.actor);
  const answer = `Cancelled by ${actorLabel} before it was sent: ${body.reason}`;
  const cancelled = await ctx.db.transaction(async (tx) => {
    const count = await tx.sagaCommands.cancelBatch(params.batch, { answer, at: ctx.now() });
    await tx.hints.notify([{ feature: "sagas", cluster: null, id: params.batch }]);
    return count;
  });
  if (cancelled === null) throw batchUnknown(params.batch);
  ctx.log.info({ batch: params.batch, cancelled }, "a batch of saga commands was cancelled");
  return showBatch(ctx, params.batch);
}
