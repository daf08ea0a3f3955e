import fc from "fast-check";
import { expect, test } from "vitest";

import { jsonText, parseJsonTree } from "#components/ui/json-tree.ts";

test("numbers keep their digits, names repeat, and the order is the record's own", () => {
  const tree = parseJsonTree('{"b":12345678901234567890,"a":-1.50e+10,"b":[true,null,{}],"c":[]}');
  expect(tree && jsonText(tree)).toBe(
    [
      "{",
      '  "b": 12345678901234567890,',
      '  "a": -1.50e+10,',
      '  "b": [',
      "    true,",
      "    null,",
      "    {}",
      "  ],",
      '  "c": []',
      "}",
    ].join("\n"),
  );
});

test.each([
  "",
  "{",
  "[1,]",
  '{"a" 1}',
  "nul",
  "1 2",
  '"\u0001"',
  "01",
  "{'a':1}",
  "[".repeat(300) + "]".repeat(300),
])("%j is shown as text, not as a tree", (text) => {
  expect(parseJsonTree(text)).toBeNull();
});

test("what JSON.stringify writes reads back the same", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const tree = parseJsonTree(JSON.stringify(value));
      expect(tree).not.toBeNull();
      expect(JSON.parse(jsonText(tree!))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a text of 8 MB is read without running out of stack", () => {
  const text = JSON.stringify({ a: 'q"\\'.repeat(2_000_000) });
  expect(parseJsonTree(text)?.kind).toBe("object");
});
