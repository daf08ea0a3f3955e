import { describe, expect, test } from "vitest";
import { isSessionLive, isTokenLive, SESSION_IDLE_MS } from "#lib/domain/access/session.ts";

const NOW = 1_800_000_000_000;

describe("isSessionLive", () => {
  const live = { lastSeenAt: NOW - 1, expiresAt: NOW + 1, revokedAt: null, userDisabledAt: null };
  test.each([
    ["a session in use is live", {}, true],
    ["one millisecond short of 12 h idle is live", { lastSeenAt: NOW - SESSION_IDLE_MS + 1 }, true],
    ["12 h idle is over", { lastSeenAt: NOW - SESSION_IDLE_MS }, false],
    ["its absolute end is over", { expiresAt: NOW }, false],
    ["revoked is over", { revokedAt: NOW - 1 }, false],
    ["of a disabled user is over", { userDisabledAt: NOW - 1 }, false],
  ])("%s", (_, change, expected) => {
    expect(isSessionLive({ ...live, ...change }, NOW)).toBe(expected);
  });
});

describe("isTokenLive", () => {
  const live = { expiresAt: NOW + 1, revokedAt: null, ownerDisabledAt: null };
  test.each([
    ["a token within its time is live", {}, true],
    ["its expiry is over", { expiresAt: NOW }, false],
    ["revoked is over", { revokedAt: NOW - 1 }, false],
    ["of a disabled owner is over", { ownerDisabledAt: NOW - 1 }, false],
  ])("%s", (_, change, expected) => {
    expect(isTokenLive({ ...live, ...change }, NOW)).toBe(expected);
  });
});
