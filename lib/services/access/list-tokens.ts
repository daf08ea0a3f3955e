import type { listTokens as contract } from "#lib/contracts/access.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { personOf } from "#lib/services/access/who-acts.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** listTokens lists the caller's own API tokens, newest first, ended ones included, none with its secret. */
export async function listTokens(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  const items = await ctx.db.tokens.listOf(personOf(ctx).userId);
  return { items, nextCursor: null, observedAt: ctx.now(), failures: [] };
}
