import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "#components/jobs/diff-lines.ts";
import { recordLines } from "#components/jobs/record-lines.ts";

const shown = (before: string[], after: string[]) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);

test("one changed line in the middle", () => {
  expect(shown(["{", "a", "b", "}"], ["{", "a", "c", "}"])).toEqual([" {", " a", "-b", "+c", " }"]);
});

test("lines added and removed apart from each other", () => {
  expect(shown(["1", "2", "3", "4"], ["0", "1", "3", "4", "5"])).toEqual([
    ...["+0", " 1", "-2", " 3", " 4", "+5"],
  ]);
});

test("a record: key, the value over several lines, then headers in their order with repeats and nulls", () => {
  expect(
    recordLines({
      key: null,
      value: '{"a":1}',
      headers: [
        { name: "h", value: "1" },
        { name: "h", value: null },
      ],
    }),
  ).toEqual(["key: null", "{", '  "a": 1', "}", "h: 1", "h: null"]);
  expect(recordLines({ key: "k", value: "not json", headers: [] })).toEqual(["key: k", "not json"]);
  expect(recordLines({ key: "k", value: null, headers: [] })).toEqual(["key: k", "value: null"]);
});

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

test("taking one side of a diff gives back that side", () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      expect(diff.filter(({ kind }) => kind !== "added").map(({ text }) => text)).toEqual(before);
      expect(diff.filter(({ kind }) => kind !== "removed").map(({ text }) => text)).toEqual(after);
    }),
  );
});
