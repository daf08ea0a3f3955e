import { describe, expect, it } from "vitest";

import { TopicPatterns } from "#lib/services/jobs/topic-pattern.ts";

describe("a subscription's pattern", () => {
  const patterns = new TopicPatterns();
  it.each([
    ["order\\..*", "order.placed", "yes"],
    ["order\\..*", "orders.placed", "no"],
    // The whole name, as the brokers match: not a part of it.
    ["placed", "order.placed", "no"],
    ["(?i)ORDER\\.placed", "order.placed", "yes"],
    ["(?P<domain>order)\\.\\pL+", "order.placed", "yes"],
    ["order(?=s)", "orders", "unknown"],
    ["order[", "order[", "unknown"],
  ] as const)("%s on %s: %s", (pattern, topic, match) => {
    expect(patterns.match(pattern, topic)).toBe(match);
    expect(patterns.match(pattern, topic)).toBe(match);
  });
  it("takes no longer for what would twist a backtracking matcher", () => {
    const began = performance.now();
    expect(patterns.match("(a+)+(a+)+b", "a".repeat(249))).toBe("no");
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
