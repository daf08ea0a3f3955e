import { expect, test } from "vitest";
import { isOwnPath } from "#lib/http/own-path.ts";

test.each([
  ["/", true],
  ["/clusters/a/groups?q=x", true],
  ["//evil.example", false],
  ["/\\evil.example", false],
  ["https://evil.example", false],
  ["javascript:alert(1)", false],
  ["/api/v1/access/me", false],
  ["", false],
])("%j leads to a page of this console: %s", (path, own) => {
  expect(isOwnPath(path)).toBe(own);
});
