import { describe, expect, it } from "vitest";
import { emailFault, generatePassword, nameFault, passwordFault } from "#components/access/account-rules.ts";
import { createUser } from "#lib/contracts/access.ts";

const body = { email: "ana@example.com", name: "Ana", role: "viewer", password: "x".repeat(12) };

describe("what the forms refuse is what the contract refuses", () => {
  it.each([
    ["password of 11", { ...body, password: "x".repeat(11) }, passwordFault("x".repeat(11))],
    ["blank name", { ...body, name: "  " }, nameFault("  ")],
    ["name of 101", { ...body, name: "x".repeat(101) }, nameFault("x".repeat(101))],
    ["email without a domain", { ...body, email: "ana" }, emailFault("ana")],
  ])("%s", (_, given, fault) => {
    expect(createUser.body.safeParse(given).success).toBe(false);
    expect(fault).toBeTypeOf("string");
  });
  it("takes what the contract takes", () => {
    expect(createUser.body.safeParse(body).success).toBe(true);
    expect([emailFault(body.email), nameFault(body.name), passwordFault(body.password)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a generated password", () => {
  it("has 20 letters and digits, is taken by the contract and is never the same", () => {
    const made = new Set(Array.from({ length: 50 }, generatePassword));
    expect(made.size).toBe(50);
    for (const password of made) {
      expect(password).toMatch(/^[a-zA-Z2-9]{20}$/);
      expect(createUser.body.safeParse({ ...body, password }).success).toBe(true);
    }
  });
});
