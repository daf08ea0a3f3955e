import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeNext } from "#components/access/safe-next.ts";

const OWN = "https://sluice.example.com";

describe("where a sign-in leads", () => {
  it.each([
    "/clusters/staging/topics?q=a%2Fb#top",
    "/clusters/staging/groups/a%2Fb%20c%25d",
    "/settings/users",
    "/",
  ])("a page of this console: %s", (next) => {
    expect(safeNext(next)).toBe(next);
  });
  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["an address", "https://evil.example"],
    ["an address without a scheme", "//evil.example"],
    ["a backslash for a slash", "/\\evil.example"],
    ["a tab that a browser drops", "/\t/evil.example"],
    ["a line break that a browser drops", "/\n/evil.example"],
    ["dots that leave two slashes", "/..//evil.example"],
    ["a dot that leaves two slashes", "/.//evil.example"],
    ["a script", "javascript:alert(1)"],
    ["an API call", "/api/v1/access/sign-out"],
    ["the sign-in page itself", "/sign-in?next=/sign-in"],
    ["a path without its slash", "clusters"],
  ])("home instead of %s", (_, next) => {
    expect(safeNext(next)).toBe("/");
  });
  it("never leads to another site, whatever is given", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      ".",
      "..",
      "\t",
      "\n",
      "@",
      ":",
      "evil.example",
      "https",
      "%2f",
      "?",
      "#",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        expect(new URL(safeNext(pieces.join("")), OWN).origin).toBe(OWN);
      }),
      { numRuns: 2_000 },
    );
  });
});
