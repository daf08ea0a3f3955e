import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSegment, encodeSegment, fillPath, unmarkSegment } from "#lib/contracts/paths.ts";

const anyId = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", ".", "..", "~", "~~", "~.", "a/b c%d", "%2F", "?", "#", "\n"),
);

describe("a path segment", () => {
  test.each([
    ["orders", "orders"],
    ["a/b c%d", "a%2Fb%20c%25d"],
    ["", "~"],
    [".", "~."],
    ["..", "~.."],
    ["~x", "~~x"],
    ["...", "..."],
  ])("%j is written %s", (id, segment) => {
    expect(encodeSegment(id)).toBe(segment);
  });

  test("any id survives the way to a page, which gets it raw", () => {
    fc.assert(
      fc.property(anyId, (id) => {
        expect(decodeSegment(encodeSegment(id))).toBe(id);
      }),
    );
  });

  test("any id survives the way to a route, whose router decodes it, through a URL parser", () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const url = new URL(
          fillPath("/api/v1/clusters/{cluster}/groups/{group}", { cluster: "c", group: id }),
          "http://x",
        );
        const segments = url.pathname.split("/").slice(1);
        expect(segments).toHaveLength(6);
        expect(unmarkSegment(decodeURIComponent(segments[5]!))).toBe(id);
      }),
    );
  });

  test("a malformed one is null", () => {
    expect(decodeSegment("%E0%A4%A")).toBeNull();
  });
});
