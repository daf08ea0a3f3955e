import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSagaCommands as contract } from "#lib/contracts/saga-commands.ts";
import { COMMAND_STATES, type CommandState } from "#lib/domain/sagas/saga-command.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** A batch has no more. */
const SHOWN = 500;

/** getSagaCommands answers a batch with its progress and a result each. Throws `saga_batch_unknown`. */
export async function getSagaCommands(
  ctx: Ctx,
  { params }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  return showBatch(ctx, params.batch);
}

/** showBatch is {@link getSagaCommands} of a batch's id. */
export async function showBatch(ctx: Pick<Ctx, "db">, id: string): Promise<OutputOf<typeof contract>> {
  const batch = await ctx.db.sagaCommands.batch(id, SHOWN);
  if (batch === null) throw batchUnknown(id);
  const counts = Object.fromEntries(COMMAND_STATES.map((state) => [state, batch.counts[state] ?? 0]));
  return { ...batch, counts: counts as Record<CommandState, number> };
}

/** batchUnknown says that there is no such batch. */
export const batchUnknown = (id: string): AppError =>
  new AppError("saga_batch_unknown", "No batch of commands has this id.", { details: { batch: id } });
