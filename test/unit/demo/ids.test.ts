import { describe, expect, it } from "vitest";
import { newId } from "#demo/ids.ts";

describe("newId", () => {
  it("carries its kind and its time, in ULID's alphabet", () => {
    // The time part of ULID's own example: 1469918176385 is 01ARYZ6S41.
    expect(newId("ord", 1_469_918_176_385)).toMatch(/^ord_01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  it("sorts by time and never repeats", () => {
    expect(newId("pay", 1_000) < newId("pay", 1_001)).toBe(true);
    expect(new Set(Array.from({ length: 1_000 }, () => newId("res", 5))).size).toBe(1_000);
  });
});
