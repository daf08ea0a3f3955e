import type { signOut as contract } from "#lib/contracts/access.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { personOf } from "#lib/services/access/who-acts.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** signOut ends the session that asks, at once. Throws AppError `permission_missing` for a token. */
export async function signOut(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  const person = personOf(ctx);
  if (person.kind === "token") {
    throw new AppError("permission_missing", "An API token has no session to end. Revoke the token instead.");
  }
  await ctx.db.sessions.revoke(person.sessionId, ctx.now());
  return {};
}
