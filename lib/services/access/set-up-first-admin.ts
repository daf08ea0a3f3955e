import type { setUpFirstAdmin as contract } from "#lib/contracts/access.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { User } from "#lib/domain/access/user.ts";
import { hashPassword } from "#lib/services/access/password.ts";
import { hashSecret } from "#lib/services/access/secrets.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/**
 * setUpFirstAdmin makes the first administrator and uses the set-up token up, both or neither. Throws AppError
 * `setup_done` once anybody exists and `setup_token_invalid` for another token.
 */
export async function setUpFirstAdmin(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { setUpToken, email, name, password } = input.body;
  await refuseWhenDone(ctx);
  const user = {
    id: ctx.newId(),
    email: email.toLowerCase(),
    name,
    role: "admin",
    createdAt: ctx.now(),
  } as const;
  const passwordHash = await hashPassword(password);
  await ctx.db.transaction(async (tx) => {
    // The token's row is the lock: of two callers with the right token one finds it.
    if (!(await tx.setUpToken.consume(hashSecret(setUpToken)))) {
      throw new AppError(
        "setup_token_invalid",
        "This is not the set-up token that the console printed last.",
      );
    }
    if (!(await tx.users.create({ ...user, passwordHash }))) throw done();
  });
  return { ...user, lastSeenAt: null, disabledAt: null } satisfies User;
}

/** refuseWhenDone throws AppError `setup_done` once anybody exists; it writes nothing. */
export async function refuseWhenDone(ctx: Ctx): Promise<void> {
  if ((await ctx.db.users.count()) > 0) throw done();
}

const done = (): AppError => new AppError("setup_done", "The first administrator exists. Sign in.");
