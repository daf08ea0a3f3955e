import { expect, test } from "vitest";
import { republishOf, republishOne } from "#components/records/republish-of.ts";

const search = { topic: ["t"], from: "newest", to: "end", partitions: "" };

test.each([
  [{}, { topic: "t" }],
  [{ topic: [] }, null],
  [
    { topic: ["a", "b"], partitions: " 1,2 " },
    { topic: "a,b", partitions: "1,2" },
  ],
  [
    { from: "offset:12", to: "at:2026-11-22T10:00:00.000Z" },
    { topic: "t", from: "offset:12", to: "at:2026-11-22T10:00:00.000Z" },
  ],
  [{ from: "group:payments" }, { topic: "t" }],
  [{ from: "live" }, { topic: "t" }],
])("the range of a search %o is copied as %o", (change, range) => {
  expect(republishOf({ ...search, ...change })).toEqual(range);
});

test("one record is a range of one", () => {
  const big = 9_007_199_254_740_993n;
  expect(republishOne({ topic: "t", partition: 3, offset: big })).toEqual({
    ...{ topic: "t", partitions: "3" },
    ...{ from: "offset:9007199254740993", to: "offset:9007199254740994" },
  });
});
