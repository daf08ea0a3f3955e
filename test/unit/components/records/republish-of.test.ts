import { expect, test } from "vitest";
import { republishOf } from "#components/records/republish-of.ts";

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
