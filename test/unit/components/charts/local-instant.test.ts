import { describe, expect, it } from "vitest";

import { instantOf, localText } from "#components/charts/local-instant.ts";

describe("an instant in a date field", () => {
  it("comes back as it went in, to the second", () => {
    const at = Date.UTC(2026, 10, 22, 10, 42, 7);
    expect(localText(at)).toBe("2026-11-22T10:42:07");
    expect(instantOf(localText(at))).toBe(at);
  });
  it.each(["", "yesterday", "2026-13-01T00:00"])("%j is no instant", (text) => {
    expect(instantOf(text)).toBeNull();
  });
});
