import type { createToken as contract } from "#lib/contracts/access.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { roleAtMost } from "#lib/domain/access/role.ts";
import type { ApiToken } from "#lib/domain/access/user.ts";
import { hashSecret, newTokenSecret, tokenPrefix } from "#lib/services/access/secrets.ts";
import { personOf, type Person } from "#lib/services/access/who-acts.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

const DAY_MS = 86_400_000;

/**
 * createToken makes an API token of the caller, whose secret is in this answer and nowhere else. A token made with
 * a token outlives it by nothing. Throws AppError `permission_missing` for a role above the caller's own.
 */
export async function createToken(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const person = personOf(ctx);
  const { name, role, expiresInDays } = input.body;
  if (!roleAtMost(role, person.role)) {
    throw new AppError("permission_missing", `A token's role is at most your own, which is ${person.role}.`);
  }
  const createdAt = ctx.now();
  const secret = newTokenSecret();
  const token: ApiToken = {
    id: ctx.newId(),
    name,
    role,
    prefix: tokenPrefix(secret),
    createdAt,
    expiresAt: Math.min(createdAt + expiresInDays * DAY_MS, await latestExpiry(ctx, person)),
    lastUsedAt: null,
    revokedAt: null,
  };
  await ctx.db.tokens.create({ ...token, userId: person.userId, secretHash: hashSecret(secret) });
  return { token, secret };
}

async function latestExpiry(ctx: Ctx, person: Person): Promise<number> {
  if (person.kind === "user") return Number.POSITIVE_INFINITY;
  return (await ctx.db.tokens.find(person.tokenId))?.expiresAt ?? ctx.now();
}
