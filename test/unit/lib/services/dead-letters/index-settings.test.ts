import { expect, test } from "vitest";
import { floodOneIn } from "#lib/services/dead-letters/index-settings.ts";

test.each([
  ["below the limit every record has a row", { open: 999, oneIn: 1 }, 1],
  ["at the limit one in a hundred has", { open: 1_000, oneIn: 1 }, 100],
  ["a tenth above it one in a thousand has", { open: 1_100, oneIn: 100 }, 1_000],
  ["far above it no fewer than one in a million have", { open: 50_000, oneIn: 100 }, 1_000_000],
  ["a flood goes on a little below the limit", { open: 850, oneIn: 100 }, 100],
  ["and ends at four fifths", { open: 799, oneIn: 100 }, 1],
])("%s", (_, { open, oneIn }, expected) => {
  expect(floodOneIn({ open, oneIn, floodAt: 1_000 })).toBe(expected);
});
