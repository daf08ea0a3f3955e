import type { updateUser as contract } from "#lib/contracts/access.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { isUuid } from "#lib/domain/access/ids.ts";
import { hashPassword } from "#lib/services/access/password.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/**
 * updateUser changes a user; a new role or password, and being disabled, end their sessions. Throws AppError
 * `user_unknown`, and `user_last_admin` where nobody would be left to manage users, however many ask at once.
 */
export async function updateUser(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id } = input.params;
  const { name, role, password, disabled } = input.body;
  if (!isUuid(id)) throw unknown();
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  const now = ctx.now();
  return ctx.db.transaction(async (tx) => {
    const admins = await tx.users.lockAdmins();
    const before = await tx.users.find(id);
    if (before === null) throw unknown();
    const losesAdmin = disabled === true || (role !== undefined && role !== "admin");
    if (losesAdmin && admins.includes(id) && admins.length === 1) {
      throw new AppError("user_last_admin", "This is the last administrator. Make another one first.");
    }
    const disabledAt = disabled === undefined ? undefined : disabled ? (before.disabledAt ?? now) : null;
    const user = await tx.users.change(id, { name, role, passwordHash, disabledAt });
    if (user === null) throw unknown();
    const endsSessions = user.role !== before.role || passwordHash !== undefined || disabled === true;
    if (endsSessions) await tx.sessions.revokeAllOf(id, now);
    return user;
  });
}

const unknown = (): AppError => new AppError("user_unknown", "No user has this id.");
