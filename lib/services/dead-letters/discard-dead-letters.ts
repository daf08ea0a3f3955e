import type { discardDeadLetters as contract } from "#lib/contracts/dead-letters.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { changeDeadLetters } from "#lib/services/dead-letters/change-dead-letters.ts";

/** discardDeadLetters marks dead letters as needing nothing; see {@link changeDeadLetters}. */
export function discardDeadLetters(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  return changeDeadLetters(ctx, input, "discard");
}
