import { createHash } from "node:crypto";
import { SESSION_MAX_MS } from "#lib/domain/access/session.ts";
import {
  countAttempt,
  forgiveAttempt,
  freshThrottle,
  isBlocked,
  SIGN_IN_LIMITS,
  type ThrottleKind,
  type ThrottleState,
} from "#lib/domain/access/throttle.ts";
import type { User } from "#lib/domain/access/user.ts";
import { verifyPassword, wastePassword } from "#lib/services/access/password.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** What a person gives to sign in. */
export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** The client's address where a trusted proxy tells it; null otherwise: an address a caller may forge counts for nothing. */
  readonly address: string | null;
}

interface ThrottleKey {
  readonly key: string;
  readonly kind: ThrottleKind;
}

const FORGET_AFTER_MS = 24 * 3_600_000;

/**
 * signIn checks a password and opens a session with a new id. Throws AppError `sign_in_throttled` (with
 * `retryAfterSeconds`) unseen, and `sign_in_refused` alike and after the same time for an unknown account, a wrong
 * password and a disabled user.
 */
export async function signIn(ctx: Ctx, input: SignInInput): Promise<{ user: User; sessionId: string }> {
  const email = input.email.trim().toLowerCase();
  const keys = throttleKeys(email, input.address);
  await countAttempts(ctx, keys);
  const found = await ctx.db.users.findWithPassword(email);
  const right = found
    ? await verifyPassword(input.password, found.passwordHash)
    : await wastePassword(input.password);
  if (!found || !right || found.user.disabledAt !== null) {
    ctx.log.warn({ requestId: ctx.requestId, userId: found?.user.id ?? null }, "a sign-in was refused");
    throw new AppError("sign_in_refused", "Email and password do not match an account that may sign in.");
  }
  return { user: found.user, sessionId: await openSession(ctx, found.user, keys) };
}

/** Takes the counted attempt back and opens the session; the account's own failures are forgotten with it. */
async function openSession(ctx: Ctx, user: User, keys: readonly ThrottleKey[]): Promise<string> {
  const sessionId = ctx.newId();
  const at = ctx.now();
  await ctx.db.transaction(async (tx) => {
    const states = await tx.signInThrottle.lock(namesOf(keys), at);
    for (const { key, kind } of keys) {
      const forgiven = forgiveAttempt(stateOf(states, key), SIGN_IN_LIMITS[kind]);
      await tx.signInThrottle.save(key, kind === "account" ? freshThrottle(at) : forgiven);
    }
    await tx.sessions.create({
      id: sessionId,
      userId: user.id,
      createdAt: at,
      expiresAt: at + SESSION_MAX_MS,
    });
    await tx.audit.add({
      id: ctx.newId(),
      at,
      requestId: ctx.requestId,
      actorKind: "user",
      actorId: user.id,
      actorLabel: user.email,
      action: "session.create",
      target: { session: sessionId },
      state: "done",
      errorCode: null,
      completedAt: at,
    });
  });
  return sessionId;
}

const namesOf = (keys: readonly ThrottleKey[]): string[] => keys.map(({ key }) => key);

function throttleKeys(email: string, address: string | null): ThrottleKey[] {
  const account = createHash("sha256").update(email).digest("hex");
  return [
    { key: `account:${account}`, kind: "account" },
    ...(address === null ? [] : [{ key: `address:${address}`, kind: "address" } as const]),
    { key: "all", kind: "all" },
  ];
}

/** Counts the attempt under every key, or under none when one of them is blocked. */
async function countAttempts(ctx: Ctx, keys: readonly ThrottleKey[]): Promise<void> {
  const now = ctx.now();
  const blockedUntil = await ctx.db.transaction(async (tx) => {
    const states = await tx.signInThrottle.lock(namesOf(keys), now);
    const blocks = [...states.values()]
      .filter((state) => isBlocked(state, now))
      .map((state) => state.blockedUntil ?? now);
    if (blocks.length > 0) return Math.max(...blocks);
    for (const { key, kind } of keys) {
      await tx.signInThrottle.save(key, countAttempt(stateOf(states, key), SIGN_IN_LIMITS[kind], now));
    }
    if (stateOf(states, "all").failures === 0) await tx.signInThrottle.forget(now - FORGET_AFTER_MS);
    return null;
  });
  if (blockedUntil === null) return;
  ctx.log.warn({ requestId: ctx.requestId, keys: keys.length }, "a sign-in was throttled");
  const retryAfterSeconds = Math.max(1, Math.ceil((blockedUntil - now) / 1000));
  throw new AppError("sign_in_throttled", `Too many failed attempts. Try again in ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  });
}

function stateOf(states: ReadonlyMap<string, ThrottleState>, key: string): ThrottleState {
  const state = states.get(key);
  if (state === undefined) throw new Error("A throttle key was not locked.");
  return state;
}
