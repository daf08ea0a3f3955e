import { describe, expect, test } from "vitest";

import {
  formatAxisTime,
  formatInstant,
  formatRelative,
  formatSince,
  zoneName,
} from "#components/ui/format-instant.ts";

const NOW = Date.UTC(2026, 10, 22, 10, 42, 7);

describe("an instant is relative under a day and absolute with its zone beyond", () => {
  test.each([
    [0, "now"],
    [-1_900, "now"],
    [-2_000, "in 2 s"],
    [4_700, "4 s ago"],
    [185_400, "3 m 5 s ago"],
    [11 * 60_000 + 31_000, "11 m ago"],
    [2.5 * 3_600_000, "2 h 30 m ago"],
    [-75_000, "in 1 m 15 s"],
    [86_400_000, "21 Nov, 10:42 UTC"],
    [400 * 86_400_000, "18 Oct 2025, 10:42 UTC"],
  ])("%d ms old reads %s", (ageMs, words) => {
    expect(formatRelative(NOW - ageMs, NOW)).toBe(words);
  });
  test("the year appears when it is another one", () => {
    expect(formatInstant(NOW, NOW)).toBe("22 Nov, 10:42 UTC");
    expect(formatInstant(Date.UTC(2025, 0, 2), NOW)).toBe("2 Jan 2025, 00:00 UTC");
  });
  test("what lasts is told by the clock alone under a day", () => {
    expect(formatSince(NOW - 3_600_000, NOW)).toBe("09:42");
    expect(formatSince(NOW - 90_000_000, NOW)).toBe("21 Nov, 09:42 UTC");
  });
  test("an axis shows seconds, minutes or days by its span", () => {
    expect(formatAxisTime(NOW, 60_000)).toBe("10:42:07");
    expect(formatAxisTime(NOW, 3_600_000)).toBe("10:42");
    expect(formatAxisTime(NOW, 7 * 86_400_000)).toBe("22 Nov");
  });
  test("the zone has a name", () => {
    expect(zoneName(NOW)).toBe("UTC");
  });
});
