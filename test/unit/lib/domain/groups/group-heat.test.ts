import { expect, test } from "vitest";
import { groupHeat } from "#lib/domain/groups/group-heat.ts";

const range = { fromAt: 1_000, toAt: 2_000, points: 4 };

test("a heat map has the greatest lag of each partition and slot, null where there is none", () => {
  const cells = [
    { topic: "orders", partition: 10, slot: 3, lag: 7 },
    { topic: "orders", partition: 2, slot: 0, lag: 5 },
    { topic: "audit", partition: 0, slot: 1, lag: 0 },
    { topic: "orders", partition: 2, slot: 0, lag: 4 },
  ];
  expect(groupHeat(cells, range)).toEqual({
    fromAt: 1_000,
    toAt: 2_000,
    slotMs: 250,
    at: [1_000, 1_250, 1_500, 1_750],
    topics: [
      { topic: "audit", partitions: [{ partition: 0, lag: [null, 0, null, null] }] },
      {
        topic: "orders",
        partitions: [
          { partition: 2, lag: [5, null, null, null] },
          { partition: 10, lag: [null, null, null, 7] },
        ],
      },
    ],
  });
});

test("cells outside the range are left out", () => {
  const cells = [-1, 4].map((slot) => ({ topic: "orders", partition: 0, slot, lag: 1 }));
  expect(groupHeat(cells, range).topics).toEqual([]);
});
