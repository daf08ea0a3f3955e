import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "#components/ui/diff-lines.ts";

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
