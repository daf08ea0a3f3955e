import { describe, expect, test } from "vitest";
import { ENDPOINTS } from "#lib/contracts/registry.ts";
import {
  PERMISSIONS,
  PERMISSIONS_OF,
  roleAllows,
  roleAtMost,
  ROLES,
  weakerRole,
} from "#lib/domain/access/role.ts";

describe("roles", () => {
  test("a stronger role holds every permission of a weaker one", () => {
    for (const [i, role] of ROLES.entries()) {
      for (const weaker of ROLES.slice(0, i)) {
        expect(PERMISSIONS_OF[role]).toEqual(expect.arrayContaining([...PERMISSIONS_OF[weaker]]));
      }
    }
  });

  test("an administrator holds every permission there is", () => {
    expect([...PERMISSIONS_OF.admin].sort()).toEqual([...PERMISSIONS].sort());
  });

  test.each([
    ["viewer", "groups:read", true],
    ["viewer", "groups:operate", false],
    ["operator", "groups:operate", true],
    ["viewer", "users:manage", false],
    ["operator", "users:manage", false],
    ["admin", "users:manage", true],
  ] as const)("%s and %s: %s", (role, permission, allowed) => {
    expect(roleAllows(role, permission)).toBe(allowed);
  });

  test("roleAtMost and weakerRole agree for every pair", () => {
    for (const a of ROLES) {
      for (const b of ROLES) {
        expect(roleAtMost(weakerRole(a, b), a)).toBe(true);
        expect(roleAtMost(weakerRole(a, b), b)).toBe(true);
        expect(weakerRole(a, b)).toBe(weakerRole(b, a));
      }
    }
  });
});

describe("contracts", () => {
  test("every endpoint that writes is audited, and none that reads", () => {
    // Questions too long for an address: they send a body and change nothing.
    const asking = [
      "POST /api/v1/clusters/{cluster}/records/search",
      "POST /api/v1/clusters/{cluster}/records/{topic}/{partition}/{offset}/filter",
    ];
    for (const { method, path, audit } of ENDPOINTS) {
      const name = `${method} ${path}`;
      expect(audit !== undefined, name).toBe(method !== "GET" && !asking.includes(name));
    }
  });

  test("only the set-up of the first administrator is public", () => {
    const open = ENDPOINTS.filter(({ permission }) => permission === "public");
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/v1/access/set-up",
      "POST /api/v1/access/set-up",
    ]);
  });
});
