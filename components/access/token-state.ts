import type { ApiToken } from "#lib/domain/access/user.ts";

/** What became of an API token: it works, or it ended by itself or by its owner. */
export type TokenState = "works" | "expired" | "revoked";

/** The state of a token at `now` (epoch ms). */
export function tokenState(token: ApiToken, now: number): TokenState {
  if (token.revokedAt !== null) return "revoked";
  return token.expiresAt <= now ? "expired" : "works";
}

const WEEK_MS = 7 * 86_400_000;

/** Whether a token that works ends within a week. */
export function endsSoon(token: ApiToken, now: number): boolean {
  return tokenState(token, now) === "works" && token.expiresAt - now < WEEK_MS;
}

/** How many tokens work, and which of them end soon. */
export function tokensVerdict(
  tokens: readonly ApiToken[],
  now: number,
): { tone: "notice" | "neutral" | "ok"; sentence: string } {
  const working = tokens.filter((token) => tokenState(token, now) === "works");
  if (working.length === 0) return { tone: "neutral", sentence: "No API token of yours works now." };
  const head =
    working.length === 1 ? "1 of your API tokens works" : `${working.length} of your API tokens work`;
  const ending = working.filter((token) => endsSoon(token, now));
  const [first, ...others] = ending;
  if (first === undefined) return { tone: "ok", sentence: `${head}.` };
  const which = others.length === 0 ? `${first.name} expires` : `${ending.length} of them expire`;
  return { tone: "notice", sentence: `${head}; ${which} within a week.` };
}

/** Tokens that work first, newest first. */
export function byUse(now: number): (a: ApiToken, b: ApiToken) => number {
  return (a, b) =>
    Number(tokenState(a, now) !== "works") - Number(tokenState(b, now) !== "works") ||
    b.createdAt - a.createdAt;
}
