import { expect, test } from "vitest";

import { hexRows } from "#components/ui/hex-rows.ts";

test("a dump has sixteen bytes a row, a gap after the eighth, and dots for what is not printable", () => {
  expect(hexRows("00 41 42 ff 7e 7f 20 0a 61626364656667 68 69")).toEqual([
    {
      at: "00000000",
      digits: "00 41 42 ff 7e 7f 20 0a  61 62 63 64 65 66 67 68",
      ascii: ".AB.~. .abcdefgh",
    },
    { at: "00000010", digits: "69", ascii: "i" },
  ]);
});

test("no bytes are no rows", () => {
  expect(hexRows("")).toEqual([]);
});
