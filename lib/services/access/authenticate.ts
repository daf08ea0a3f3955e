import { isUuid } from "#lib/domain/access/ids.ts";
import { weakerRole } from "#lib/domain/access/role.ts";
import { isSessionLive, isTokenLive, SEEN_EVERY_MS } from "#lib/domain/access/session.ts";
import type { Actor } from "#lib/domain/access/user.ts";
import { hashSecret } from "#lib/services/access/secrets.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** What authenticating needs of a Ctx: there is no actor yet. */
export type DoorCtx = Pick<Ctx, "db" | "now">;

/**
 * authenticateSession is the user behind a session id, looked up each time: a revoked or idle session and a
 * disabled user are out at once, and a changed role counts at once. Throws AppError `session_expired`.
 */
export async function authenticateSession(
  ctx: DoorCtx,
  sessionId: string,
): Promise<Extract<Actor, { kind: "user" }>> {
  const now = ctx.now();
  const session = isUuid(sessionId) ? await ctx.db.sessions.find(sessionId) : null;
  if (session === null || !isSessionLive(session.life, now)) {
    throw new AppError("session_expired", "This session has ended. Sign in again.");
  }
  if (now - session.life.lastSeenAt >= SEEN_EVERY_MS) await ctx.db.sessions.touch(session.id, now);
  const { id, email, name, role } = session.user;
  return { kind: "user", userId: id, email, name, role, sessionId: session.id };
}

/**
 * authenticateToken is the owner behind an API token, with the weaker of the two roles: a token does not outgrow an
 * owner who was demoted. Throws AppError `token_invalid` alike for unknown, expired and revoked ones, and for those
 * of disabled users.
 */
export async function authenticateToken(
  ctx: DoorCtx,
  secret: string,
): Promise<Extract<Actor, { kind: "token" }>> {
  const now = ctx.now();
  const found = await ctx.db.tokens.findBySecretHash(hashSecret(secret));
  if (found === null || !isTokenLive({ ...found.token, ownerDisabledAt: found.owner.disabledAt }, now)) {
    throw new AppError("token_invalid", "This API token is unknown, expired or revoked.");
  }
  const { token, owner } = found;
  if (now - (token.lastUsedAt ?? 0) >= SEEN_EVERY_MS) await ctx.db.tokens.touch(token.id, now);
  const role = weakerRole(token.role, owner.role);
  return { kind: "token", userId: owner.id, email: owner.email, name: owner.name, role, tokenId: token.id };
}
