import type { restoreDeadLetters as contract } from "#lib/contracts/dead-letters.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { changeDeadLetters } from "#lib/services/dead-letters/change-dead-letters.ts";

/** restoreDeadLetters opens discarded dead letters again; see {@link changeDeadLetters}. */
export function restoreDeadLetters(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  return changeDeadLetters(ctx, input, "restore");
}
