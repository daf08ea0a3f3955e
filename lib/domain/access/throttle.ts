/** What is remembered of the failed attempts under one key. Instants are epoch ms. */
export interface ThrottleState {
  failures: number;
  /** When the window of counted failures began. */
  windowAt: number;
  /** Until when attempts are refused unseen; null while they are heard. */
  blockedUntil: number | null;
}

/** ThrottleLimit is how many failures a key may have in a window and how long it is then blocked. */
export interface ThrottleLimit {
  maxFailures: number;
  windowMs: number;
  /** The first block; each further failure doubles it. */
  blockMs: number;
  maxBlockMs: number;
}

const MINUTE_MS = 60_000;

/**
 * SIGN_IN_LIMITS: an account after 5 failures, an address behind a trusted proxy after 20 (an office shares one),
 * everything together after 120 a minute: guesses spread over accounts and addresses still meet a brake.
 */
export const SIGN_IN_LIMITS = {
  account: { maxFailures: 5, windowMs: 15 * MINUTE_MS, blockMs: MINUTE_MS / 2, maxBlockMs: 15 * MINUTE_MS },
  address: { maxFailures: 20, windowMs: 15 * MINUTE_MS, blockMs: MINUTE_MS / 2, maxBlockMs: 15 * MINUTE_MS },
  all: { maxFailures: 120, windowMs: MINUTE_MS, blockMs: 10_000, maxBlockMs: MINUTE_MS },
} as const satisfies Record<string, ThrottleLimit>;
export type ThrottleKind = keyof typeof SIGN_IN_LIMITS;

/** freshThrottle is the state of a key that was never seen. */
export function freshThrottle(now: number): ThrottleState {
  return { failures: 0, windowAt: now, blockedUntil: null };
}

/** isBlocked says whether attempts under `state` are refused at `now`. */
export function isBlocked(state: ThrottleState, now: number): boolean {
  return state.blockedUntil !== null && state.blockedUntil > now;
}

/**
 * countAttempt counts one attempt as a failure before its password is looked at, so that parallel guesses cannot
 * outrun the count; a success takes it back ({@link forgiveAttempt}). The failure that fills the window blocks the
 * key, each one after a block doubles it up to `maxBlockMs`. Failures are forgotten when a window passed without
 * a block.
 */
export function countAttempt(state: ThrottleState, limit: ThrottleLimit, now: number): ThrottleState {
  const quietSinceAt = Math.max(state.windowAt, state.blockedUntil ?? 0);
  const base = now - quietSinceAt >= limit.windowMs ? freshThrottle(now) : state;
  const failures = base.failures + 1;
  if (failures < limit.maxFailures) return { ...base, failures, blockedUntil: null };
  const doublings = Math.min(failures - limit.maxFailures, 30);
  const blockMs = Math.min(limit.blockMs * 2 ** doublings, limit.maxBlockMs);
  return { ...base, failures, blockedUntil: now + blockMs };
}

/**
 * forgiveAttempt takes one counted attempt back: the password was right. A block stays while enough failures of
 * others stand behind it.
 */
export function forgiveAttempt(state: ThrottleState, limit: ThrottleLimit): ThrottleState {
  const failures = Math.max(0, state.failures - 1);
  return { ...state, failures, blockedUntil: failures < limit.maxFailures ? null : state.blockedUntil };
}
