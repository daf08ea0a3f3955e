import type { revokeToken as contract } from "#lib/contracts/access.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { isUuid } from "#lib/domain/access/ids.ts";
import { personOf } from "#lib/services/access/who-acts.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** revokeToken ends one of the caller's tokens at once. Throws AppError `token_unknown`, also for another's. */
export async function revokeToken(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id } = input.params;
  const { userId } = personOf(ctx);
  const token = isUuid(id) ? await ctx.db.tokens.revoke({ id, userId }, ctx.now()) : null;
  if (token === null) throw new AppError("token_unknown", "You have no token of this id.");
  return token;
}
