import { describe, expect, it } from "vitest";
import { byUse, tokensVerdict, tokenState } from "#components/access/token-state.ts";
import type { ApiToken } from "#lib/domain/access/user.ts";

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;
const token = (name: string, over: Partial<ApiToken> = {}): ApiToken => ({
  id: name,
  name,
  role: "viewer",
  prefix: "slc_abcd",
  createdAt: 0,
  expiresAt: NOW + 30 * DAY_MS,
  lastUsedAt: null,
  revokedAt: null,
  ...over,
});

describe("a token", () => {
  it.each([
    ["works until its expiry", { expiresAt: NOW + 1 }, "works"],
    ["is expired at its expiry", { expiresAt: NOW }, "expired"],
    ["is revoked, expired or not", { expiresAt: NOW - 1, revokedAt: 1 }, "revoked"],
  ])("%s", (_, over, state) => {
    expect(tokenState(token("a", over), NOW)).toBe(state);
  });
});

describe("the verdict of the tokens", () => {
  it.each([
    ["none", [], "No API token of yours works now."],
    ["an expired one", [token("a", { expiresAt: 0 })], "No API token of yours works now."],
    ["one", [token("a")], "1 of your API tokens works."],
    [
      "one that ends soon",
      [token("a"), token("ci", { expiresAt: NOW + DAY_MS })],
      "2 of your API tokens work; ci expires within a week.",
    ],
  ])("%s", (_, tokens, sentence) => {
    expect(tokensVerdict(tokens, NOW).sentence).toBe(sentence);
  });
  it("lists those that work first, the newest first", () => {
    const tokens = [
      token("gone", { revokedAt: 1, createdAt: 9 }),
      token("old"),
      token("new", { createdAt: 5 }),
    ];
    expect(tokens.sort(byUse(NOW)).map(({ name }) => name)).toEqual(["new", "old", "gone"]);
  });
});
