import { describe, expect, test } from "vitest";

import { partitionsOf, questionOf, type AskedSearch } from "#components/records/search-question.ts";
import { recordSearch } from "#lib/contracts/records.ts";
import { z } from "zod";

const ASKED: AskedSearch = {
  ...{ topic: ["order.created"], from: "newest", to: "end", partitions: "", q: "", anyCase: false },
  ...{ where: [], keyAs: "auto", valueAs: "auto", isolation: "read_committed", hits: 100 },
};
const asked = (change: Partial<AskedSearch>) => questionOf({ ...ASKED, ...change });

describe("the question of an address", () => {
  test("without a topic there is none", () => {
    expect(asked({ topic: [] })).toEqual({ state: "empty" });
  });

  test.each([
    ["newest", { kind: "newest" }],
    ["oldest", { kind: "oldest" }],
    ["live", { kind: "live" }],
    ["at:2026-11-22T10:00:00.000Z", { kind: "time", at: Date.UTC(2026, 10, 22, 10) }],
    ["offset:9007199254740993", { kind: "offset", offset: 9_007_199_254_740_993n }],
    ["group:a:b/c", { kind: "group", group: "a:b/c" }],
    ["sideways", { kind: "newest" }],
  ])("from=%s begins at %o", (from, start) => {
    expect(asked({ from })).toMatchObject({ state: "ready", search: { start } });
  });

  test.each([
    [{ from: "at" }, "Give the time to begin at."],
    [{ from: "offset:-1" }, "Give the offset to begin at, a whole number."],
    [{ from: "group" }, "Give the group whose commits to begin at."],
    [{ from: "oldest", to: "offset:x" }, "Give the offset to end at, a whole number."],
    [{ partitions: "0,x" }, "Partitions read as 0, 2-4: “x” is neither a number nor a range."],
  ])("%o says what is missing", (change, sentence) => {
    expect(asked(change)).toEqual({ state: "faulty", sentence });
  });

  test("the text box is the first condition, the rows follow", () => {
    const question = asked({ q: " order-7 ", anyCase: true, where: [{ kind: "key", key: "k" }] });
    expect(question).toMatchObject({
      search: {
        terms: [
          { kind: "text", in: "any", text: "order-7", matchCase: false },
          { kind: "key", key: "k" },
        ],
      },
    });
  });

  test("what is made passes the contract both ways", () => {
    const question = asked({
      ...{ from: "offset:7", to: "at:2026-11-22T10:00:00.000Z", partitions: "3,0-1" },
      where: [{ kind: "path", in: "value", path: "a.b", operator: ">=", value: "2" }],
    });
    if (question.state !== "ready") throw new Error("The question is not ready.");
    const wire = JSON.parse(JSON.stringify(z.encode(recordSearch, question.search))) as unknown;
    expect(recordSearch.parse(wire)).toEqual(question.search);
  });
});

test.each([
  ["", null],
  [" ", null],
  ["0", [0]],
  ["4, 2-3,2", [2, 3, 4]],
])("partitions %j are %o", (text, numbers) => {
  expect(partitionsOf(text)).toEqual(numbers);
});

test.each(["3-1", "a", "1,,2", "0-99999"])("partitions %j cannot be read", (text) => {
  expect(typeof partitionsOf(text)).toBe("string");
});
