import { roleAllows } from "#lib/domain/access/role.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** readsRecords says whether who asks may read records, and with them previews, payloads and texts of errors. */
export function readsRecords({ actor }: Pick<Ctx, "actor">): boolean {
  return (actor.kind === "user" || actor.kind === "token") && roleAllows(actor.role, "records:read");
}
