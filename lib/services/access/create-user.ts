import type { createUser as contract } from "#lib/contracts/access.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { User } from "#lib/domain/access/user.ts";
import { hashPassword } from "#lib/services/access/password.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** createUser stores a new user. Throws AppError `user_exists` when the email, in any case, is taken. */
export async function createUser(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { email, name, role, password } = input.body;
  const user = { id: ctx.newId(), email: email.toLowerCase(), name, role, createdAt: ctx.now() };
  const created = await ctx.db.users.create({ ...user, passwordHash: await hashPassword(password) });
  if (!created) throw new AppError("user_exists", "A user with this email exists.");
  return { ...user, lastSeenAt: null, disabledAt: null } satisfies User;
}
