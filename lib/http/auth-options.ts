import { randomUUID } from "node:crypto";
import type { AuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { requireSignInSecret } from "#lib/config.ts";
import { paths } from "#lib/contracts/paths.ts";
import { SESSION_MAX_MS } from "#lib/domain/access/session.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { appErrorOf, statusOf } from "#lib/http/problem.ts";
import { usesSecureCookies } from "#lib/http/session-cookie.ts";
import { runtime } from "#lib/runtime.ts";
import { signIn } from "#lib/services/access/sign-in.ts";

const credentials = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) });

/** What the cookie's claims take from a sign-in. */
interface SignedIn {
  readonly id: string;
  readonly sid: string;
}

/**
 * authOptions configures next-auth: a sign-in opens a session row, whose id is all that the encrypted cookie holds.
 * That row decides at every request; the cookie's own expiry is only the latest end of both.
 */
export function authOptions(): AuthOptions {
  const { config } = runtime();
  return {
    secret: requireSignInSecret(config),
    useSecureCookies: usesSecureCookies(config),
    session: { strategy: "jwt", maxAge: SESSION_MAX_MS / 1000 },
    pages: { signIn: paths.signIn(), signOut: paths.signIn(), error: paths.signIn() },
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: (given, request) =>
          authorize(given, new Headers(request.headers as Record<string, string>)),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => {
        // Only a sign-in has a user; the token's other uses keep what it holds.
        const signedIn = user as SignedIn | undefined;
        return signedIn === undefined ? token : { sub: signedIn.id, sid: signedIn.sid };
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: { signOut: ({ token }) => endSession(token["sid"]) },
    logger: {
      error: (code, metadata) => {
        const cause = metadata instanceof Error ? metadata : metadata["error"];
        runtime().log.error({ code, error: describeError(cause) }, "next-auth failed");
      },
      warn: (code) => runtime().log.debug({ code }, "next-auth warns"),
      debug: () => undefined,
    },
  };
}

/** null reads `CredentialsSignin` outside; an Error's message becomes the `error` of the answer: a code and no more. */
async function authorize(given: unknown, headers: Headers): Promise<SignedIn | null> {
  const { config, ctxFor, log } = runtime();
  const requestId = randomUUID();
  const parsed = credentials.safeParse(given);
  if (!parsed.success) return null;
  const ctx = ctxFor({ actor: { kind: "nobody" }, requestId, signal: new AbortController().signal });
  try {
    const address = clientAddress(headers, config.trustedProxies);
    const { user, sessionId } = await signIn(ctx, { ...parsed.data, address });
    return { id: user.id, sid: sessionId };
  } catch (error) {
    const { code } = appErrorOf(error);
    if (code === "sign_in_refused") return null;
    if (statusOf(code) >= 500)
      log.error({ requestId, code, error: describeError(error) }, "a sign-in failed");
    throw new Error(code, { cause: error });
  }
}

async function endSession(sessionId: unknown): Promise<void> {
  const { db, now } = runtime();
  if (typeof sessionId === "string") await db.sessions.revoke(sessionId, now());
}
