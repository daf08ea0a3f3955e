import { getToken } from "next-auth/jwt";
import type { NextRequest } from "next/server";
import { requireSignInSecret, type Config } from "#lib/config.ts";

/** A jar of cookies, as a request and `cookies()` of next/headers both have it. */
export interface CookieJar {
  getAll(): { name: string; value: string }[];
}

/** usesSecureCookies says whether cookies are Secure and `__Secure-`: whenever browsers reach us by https. */
export function usesSecureCookies(config: Pick<Config, "consoleUrl">): boolean {
  return config.consoleUrl?.startsWith("https://") ?? false;
}

/** readSessionCookie is the session id in the encrypted cookie, all that it holds; null without a cookie of ours. */
export async function readSessionCookie(cookies: CookieJar, config: Config): Promise<string | null> {
  const claims = await getToken({
    // Headers are left out: next-auth would take an Authorization header for a cookie.
    req: { cookies, headers: new Headers() } as unknown as NextRequest,
    secret: requireSignInSecret(config),
    secureCookie: usesSecureCookies(config),
  });
  return typeof claims?.["sid"] === "string" ? claims["sid"] : null;
}
