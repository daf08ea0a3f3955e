import type { NextRequest } from "next/server";
import type { Admission } from "#lib/contracts/endpoint.ts";
import { roleAllows } from "#lib/domain/access/role.ts";
import type { Actor } from "#lib/domain/access/user.ts";
import { readSessionCookie } from "#lib/http/session-cookie.ts";
import { runtime } from "#lib/runtime.ts";
import { authenticateSession, authenticateToken } from "#lib/services/access/authenticate.ts";
import { TOKEN_PREFIX } from "#lib/services/access/secrets.ts";
import { AppError } from "#lib/services/app-error.ts";

const NOBODY: Actor = { kind: "nobody" };

/**
 * actorOf is who sends a request: the owner of its bearer token, else the user of its session cookie, checked in
 * the database each time. A request with an Authorization header is judged by it alone. `public` asks nobody.
 * Throws AppError `session_missing`, `session_expired` or `token_invalid`.
 */
export async function actorOf(request: NextRequest, admission: Admission): Promise<Actor> {
  if (admission === "public") return NOBODY;
  const { config, db, now } = runtime();
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!secret?.startsWith(TOKEN_PREFIX)) {
      throw new AppError("token_invalid", "The Authorization header holds no API token of Sluice.");
    }
    return authenticateToken({ db, now }, secret);
  }
  const sessionId = await readSessionCookie(request.cookies, config);
  if (sessionId === null)
    throw new AppError("session_missing", "Sign in, or send an API token as a bearer token.");
  return authenticateSession({ db, now }, sessionId);
}

/** refuseUnlessAllowed throws AppError `permission_missing` where the actor's role lacks the permission. */
export function refuseUnlessAllowed(actor: Actor, admission: Admission): void {
  if (admission === "public") return;
  const somebody = actor.kind === "user" || actor.kind === "token";
  if (somebody && (admission === "signed-in" || roleAllows(actor.role, admission))) return;
  throw new AppError("permission_missing", `This needs the permission ${admission}.`);
}
