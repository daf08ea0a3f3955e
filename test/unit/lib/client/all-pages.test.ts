import { expect, test } from "vitest";

import { allPages } from "#lib/client/all-pages.ts";

const PAGES: Record<string, { items: string[]; nextCursor: string | null }> = {
  first: { items: ["a", "b"], nextCursor: "second" },
  second: { items: ["b", "c"], nextCursor: "third" },
  third: { items: [], nextCursor: null },
};

test("reads to the last page, and a row that stands on two pages counts once", async () => {
  const asked: (string | undefined)[] = [];
  const rows = await allPages(
    (cursor) => {
      asked.push(cursor);
      return Promise.resolve(PAGES[cursor ?? "first"]!);
    },
    (row) => row,
  );
  expect(rows).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([undefined, "second", "third"]);
});

test("a page that cannot be read fails the whole: half a list would pass for all of it", async () => {
  const reading = allPages(
    (cursor) => (cursor === undefined ? Promise.resolve(PAGES["first"]!) : Promise.reject(new Error("away"))),
    (row) => row,
  );
  await expect(reading).rejects.toThrow("away");
});
