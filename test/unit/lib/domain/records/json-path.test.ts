import { describe, expect, it } from "vitest";
import { overlaps, parsePath, valuesAt, type PathStep } from "#lib/domain/records/json-path.ts";
import { parseJson, whereJsonFails, writeJson } from "#lib/domain/records/json-text.ts";
import { pathMatches } from "#lib/domain/records/path-term.ts";
import type { PathOperator } from "#lib/domain/records/record-search.ts";
import { recordRate } from "#lib/domain/records/search-progress.ts";

const steps = (path: string): PathStep[] => {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.steps;
};

describe("parsePath", () => {
  it.each([
    ["a.b[0].c", "a/b/#0/c"],
    ["$.a", "a"],
    ["$", ""],
    ["", ""],
    ['a["x y"].z', "a/x y/z"],
    ["a['it''s']", null],
    ["a[*].b", "a/*/b"],
    ["a.*.b", "a/*/b"],
    ["[2]", "#2"],
    [".a", "a"],
    ["$a", "$a"],
    ["order-lines.sku_1", "order-lines/sku_1"],
    ["a..b", null],
    ["a.", null],
    ["a[", null],
    ["a[x]", null],
    ["a[0]b", null],
    ["a[-1]", null],
  ])("%s is %s", (path, expected) => {
    const parsed = parsePath(path);
    const told = (step: PathStep): string =>
      step.kind === "each" ? "*" : step.kind === "index" ? `#${step.index}` : step.name;
    expect(parsed.ok ? parsed.steps.map(told).join("/") : null).toBe(expected);
  });
});

describe("valuesAt", () => {
  const json = { a: { b: [{ c: 1 }, { c: 2 }], "x y": null }, list: [1, [2]] };
  it.each([
    ["a.b[1].c", [2]],
    ["a.b[*].c", [1, 2]],
    ['a["x y"]', [null]],
    ["a.b.length", []],
    ["a.nowhere.c", []],
    ["list[1][0]", [2]],
    ["*", [json.a, json.list]],
    ["toString", []],
  ])("%s finds %j", (path, expected) => {
    expect(valuesAt(json, steps(path))).toEqual(expected);
  });
});

describe("overlaps", () => {
  it.each([
    ["a.b", "a.b", true],
    ["a", "a.b", true],
    ["a.b.c", "a.b", true],
    ["a.c", "a.b", false],
    ["*.b", "a.b", true],
    ["l[*].n", "l[3].n", true],
    ["l[1]", "l[2]", false],
    ["$", "a", true],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(overlaps(steps(a), steps(b))).toBe(expected);
  });
});

describe("pathMatches", () => {
  const json = {
    n: 10,
    s: "10",
    d: "2026-11-22",
    t: true,
    z: null,
    l: ["a", 3],
    o: {},
    big: 9007199254740993n,
  };
  it.each<[string, PathOperator, string, boolean]>([
    ["n", "=", "10", true],
    ["n", "=", "10.0", true],
    ["n", "=", '"10"', false],
    ["s", "=", "10", true],
    ["s", "=", '"10"', true],
    ["s", ">", "9", true],
    ["n", "!=", "10", false],
    ["nowhere", "!=", "10", false],
    ["n", "!=", "11", true],
    ["n", "<", "10", false],
    ["n", "<=", "10", true],
    ["n", ">=", "10", true],
    ["d", ">", "2026-11-01", true],
    ["d", "<", "2026-11-01", false],
    ["t", "=", "true", true],
    ["z", "=", "null", true],
    ["z", "exists", "", true],
    ["nowhere", "exists", "", false],
    ["l", "contains", "a", true],
    ["l", "contains", "3", true],
    ["l", "contains", "b", false],
    ["d", "contains", "-11-", true],
    ["o", "=", "{}", false],
    ["big", "=", "9007199254740993", true],
    ["big", "=", "9007199254740992", false],
    ["big", ">", "9007199254740992", true],
    ["l[*]", "=", "3", true],
  ])("%s %s %s is %s", (path, operator, value, expected) => {
    expect(pathMatches(json, { steps: steps(path), operator, value })).toBe(expected);
  });
});

describe("JSON text", () => {
  it("keeps every digit of whole numbers", () => {
    const text = '{"id":9007199254740993,"n":1,"f":0.1234567890123456789}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(value["id"]).toBe(9007199254740993n);
    expect(value["n"]).toBe(1);
    expect(typeof value["f"]).toBe("number");
    expect(writeJson({ id: 9007199254740993n })).toBe('{"id":9007199254740993}');
  });

  it("says where it fails without quoting", () => {
    const failureOf = (text: string): string => {
      try {
        return String(JSON.parse(text));
      } catch (error) {
        return whereJsonFails(error);
      }
    };
    expect(failureOf('{"secret": x}')).toBe("It is not JSON.");
    expect(failureOf('{"secret": 1')).toMatch(/^It is not JSON: /);
    expect(failureOf("")).toBe("It is not JSON: it ends too early.");
  });
});

describe("recordRate", () => {
  it.each([
    [[], 0, 0],
    [[{ atMs: 100, records: 50 }], 500, 100],
    [
      [
        { atMs: 0, records: 0 },
        { atMs: 500, records: 100 },
        { atMs: 1_000, records: 900 },
        { atMs: 1_600, records: 1_300 },
      ],
      1_600,
      1_091,
    ],
  ])("of %j is told over the last second", (samples, elapsedMs, expected) => {
    expect(recordRate(samples, elapsedMs)).toBe(expected);
  });
});
