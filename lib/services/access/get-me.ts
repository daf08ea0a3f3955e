import type { getMe as contract } from "#lib/contracts/access.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { PERMISSIONS_OF } from "#lib/domain/access/role.ts";
import { personOf } from "#lib/services/access/who-acts.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** getMe says who acts and what they may do. */
export function getMe(ctx: Ctx): Promise<OutputOf<typeof contract>> {
  const { email, name, role } = personOf(ctx);
  return Promise.resolve({ email, name, role, permissions: [...PERMISSIONS_OF[role]] });
}
