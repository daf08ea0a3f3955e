import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listSagaCommands as contract } from "#lib/contracts/saga-commands.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { placeOf } from "#lib/services/sagas/saga-place.ts";

/** How many commands of one saga are shown. */
const SHOWN = 100;

/** listSagaCommands answers the newest 100 commands that were sent to a saga. Throws `saga_unknown`. */
export async function listSagaCommands(
  ctx: Ctx,
  { params }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  return { items: await ctx.db.sagaCommands.ofSaga(placeOf(params.id), SHOWN) };
}
