import type { getSetUp as contract } from "#lib/contracts/access.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** getSetUp says whether the installation still waits for its first administrator. */
export async function getSetUp(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  return { needed: (await ctx.db.users.count()) === 0 };
}
