import { describe, expect, test } from "vitest";

import { toCsv } from "#components/ui/csv.ts";

describe("toCsv", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+49", "'+49"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ["two\nlines", '"two\nlines"'],
  ])("%j is written as %j", (cell, text) => {
    expect(toCsv([], [[cell]])).toBe(`\r\n${text}\r\n`);
  });
  test("numbers stay numbers, unknown is empty, offsets keep their digits", () => {
    expect(toCsv(["a", "b", "c"], [[-2.5, null, 9_007_199_254_740_993n]])).toBe(
      "a,b,c\r\n-2.5,,9007199254740993\r\n",
    );
  });
});
