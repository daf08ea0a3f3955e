import { describe, expect, it } from "vitest";

import { heatCells, heatRows, MOST_HEAT_ROWS } from "#components/groups/heat-rows.ts";

const topic = (name: string, lags: (number | null)[][]) => ({
  topic: name,
  partitions: lags.map((lag, partition) => ({ partition, lag })),
});

describe("the rows of a group's heat map", () => {
  it("name the topic only where there are several", () => {
    const two = [topic("orders", [[1], [2]]), topic("refunds", [[3]])];
    expect(heatRows(two, null).rows.map(({ name }) => name)).toEqual(["orders 0", "orders 1", "refunds 0"]);
    expect(heatRows(two, "refunds").rows.map(({ name }) => name)).toEqual(["partition 0"]);
  });

  it("are the worst of too many, in their own order, and all are counted", () => {
    const lags = Array.from({ length: MOST_HEAT_ROWS + 2 }, (_, partition) => [
      partition === 0 ? 900 : partition,
    ]);
    const { rows, total } = heatRows([topic("orders", lags)], null);
    expect(total).toBe(MOST_HEAT_ROWS + 2);
    expect(rows).toHaveLength(MOST_HEAT_ROWS);
    expect(rows.slice(0, 2).map(({ id }) => id)).toEqual(["orders:0", "orders:3"]);
  });

  it("are a file cell by cell, gaps included", () => {
    expect(heatCells({ at: [10, 20], topics: [topic("orders", [[7, null]])] })).toEqual([
      { topic: "orders", partition: 0, fromAt: 10, lag: 7 },
      { topic: "orders", partition: 0, fromAt: 20, lag: null },
    ]);
  });
});
