import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { paths } from "#lib/contracts/paths.ts";
import { PERMISSIONS_OF, type Permission, type Role } from "#lib/domain/access/role.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { isOwnPath } from "#lib/http/own-path.ts";
import { appErrorOf } from "#lib/http/problem.ts";
import { readSessionCookie } from "#lib/http/session-cookie.ts";
import { runtime } from "#lib/runtime.ts";
import { authenticateSession } from "#lib/services/access/authenticate.ts";

/** Me is who is signed in, as the console shows it. */
interface Me {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
}

/** PageSession is what a page may build on. Without the database nobody is known, in or out. */
export type PageSession =
  | { readonly state: "signed-in"; readonly me: Me }
  /** `sinceAt` is epoch ms. */
  | { readonly state: "database-unreachable"; readonly sinceAt: number };

/** PATH_HEADER carries a page's own path and query to its guard; proxy.ts sets it and overwrites what is sent. */
const PATH_HEADER = "x-sluice-path";

/**
 * requireSession is the guard of every page: who is signed in, or a redirect to the sign-in page that comes back
 * here. It does not redirect while the database is away: the page then shows that and no data.
 */
export async function requireSession(): Promise<PageSession> {
  const session = await currentSession();
  if (session.state !== "signed-out") return session;
  const here = (await headers()).get(PATH_HEADER);
  const next = here === null || !isOwnPath(here) ? "" : `?next=${encodeURIComponent(here)}`;
  return redirect(`${paths.signIn()}${next}`);
}

/** currentSession is {@link requireSession} without the redirect: what the sign-in page asks. */
export async function currentSession(): Promise<PageSession | { readonly state: "signed-out" }> {
  const { config, db, now, log } = runtime();
  try {
    const sessionId = await readSessionCookie(await cookies(), config);
    if (sessionId === null) return { state: "signed-out" };
    const { email, name, role } = await authenticateSession({ db, now }, sessionId);
    return { state: "signed-in", me: { email, name, role, permissions: PERMISSIONS_OF[role] } };
  } catch (error) {
    const { code } = appErrorOf(error);
    if (code === "session_expired") return { state: "signed-out" };
    if (code !== "database_unreachable") throw error;
    log.error({ code, error: describeError(error) }, "a page's session could not be read");
    return { state: "database-unreachable", sinceAt: db.unreachableSinceAt ?? now() };
  }
}
