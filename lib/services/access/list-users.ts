import type { listUsers as contract } from "#lib/contracts/access.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listUsers lists everybody who may or might sign in, by email. */
export async function listUsers(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  return { items: await ctx.db.users.list(), nextCursor: null, observedAt: ctx.now(), failures: [] };
}
