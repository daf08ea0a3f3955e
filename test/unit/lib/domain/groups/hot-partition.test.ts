import { expect, test } from "vitest";
import { hotPartition } from "#lib/domain/groups/hot-partition.ts";

const lags = (...each: number[]) => each.map((lag, partition) => ({ topic: "t", partition, lag }));

test.each<[string, number[], number | null]>([
  ["one that stands out", [10, 900, 12, 9], 1],
  ["all alike", [500, 510, 505, 490], null],
  ["of two partitions one is always greater", [0, 5_000], null],
  ["few records", [0, 99, 0, 0], null],
  ["the others differ as much among themselves", [100, 900, 1_000, 100], null],
  ["half as much again is no news", [1_000, 1_000, 1_500], null],
  ["the rest is read up", [0, 0, 0, 120], 3],
])("%s", (_, each, expected) => {
  expect(hotPartition(lags(...each))?.partition ?? null).toBe(expected);
});
