import { expect, test } from "vitest";
import { dataChanges, dataLines } from "#components/sagas/data-changes.ts";
import { journal } from "#test/unit/lib/domain/sagas/support.ts";

test("entries that changed the data, each with what stood there before", () => {
  const entries = journal(
    [0, "started", undefined, { data: { order: "o1" } }],
    [1, "command-sent", "allocate"],
    [2, "reply", "allocate", { data: { order: "o1", stock: 3 } }],
    [3, "duplicate", "allocate", { data: { order: "o1", stock: 3 } }],
    [4, "refused", "charge", { data: null }],
    [5, "compensated", "allocate", { data: { order: "o1" } }],
  );
  expect(dataChanges(entries).map(({ entry, before, after }) => [entry.seq, before, after])).toEqual([
    [1, undefined, { order: "o1" }],
    [3, { order: "o1" }, { order: "o1", stock: 3 }],
    [6, { order: "o1", stock: 3 }, { order: "o1" }],
  ]);
});

test("the order of names is no change; that of a list is", () => {
  expect(dataLines({ b: 1, a: { d: [2, 1], c: null } })).toEqual(
    dataLines({ a: { c: null, d: [2, 1] }, b: 1 }),
  );
  expect(dataLines({ a: [1, 2] })).not.toEqual(dataLines({ a: [2, 1] }));
});
