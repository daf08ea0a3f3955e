import { expect, test } from "vitest";
import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";

test("numbers are written as PostgreSQL reads them", () => {
  expect(numberArray([1, null, 2n ** 63n - 1n, -1])).toBe("{1,NULL,9223372036854775807,-1}");
  expect(numberArray([])).toBe("{}");
});

test.each([
  [["a.b:1/c-d_e@f", "Order 7 is late"], "{a.b:1/c-d_e@f,Order 7 is late}"],
  [["", " a", "a ", "null", "NULL", "nulls"], '{""," a","a ","null","NULL",nulls}'],
  [
    ['a"b', "a\\b", "a,b", "{a}", "a\tb", "é", "a\0b"],
    '{"a\\"b","a\\\\b","a,b","{a}","a\tb","é","a\uFFFDb"}',
  ],
  [["a", "a", null, null, "a", "b"], "{a,a,NULL,NULL,a,b}"],
  [[null, "a"], "{NULL,a}"],
  [[], "{}"],
])("texts %j are written as %s", (texts, written) => {
  expect(textArray(texts)).toBe(written);
});
