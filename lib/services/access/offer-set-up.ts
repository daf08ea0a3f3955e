import { hashSecret, newSetUpSecret } from "#lib/services/access/secrets.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/**
 * offerSetUp makes a new one-time set-up token while nobody exists, and returns it for printing: only its hash is
 * stored. An earlier one that was not used stops counting. null once anybody exists.
 */
export async function offerSetUp(ctx: Pick<Ctx, "db" | "now">): Promise<string | null> {
  if ((await ctx.db.users.count()) > 0) return null;
  const secret = newSetUpSecret();
  await ctx.db.setUpToken.replace(hashSecret(secret), ctx.now());
  return secret;
}
