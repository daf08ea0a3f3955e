import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getGroupHeat } from "#lib/services/groups/get-group-heat.ts";
import { getPartitionSamples } from "#lib/services/groups/get-partition-samples.ts";
import type { ObservedCluster } from "./observed-cluster.ts";
import { at, BIG, codeOf, ODD, openTwentySweeps, params, SWEEPS } from "./twenty-sweeps.ts";

const NOW = at(SWEEPS - 1) + 2_000;

let it: ObservedCluster;
beforeAll(async () => {
  it = await openTwentySweeps(() => NOW);
});
afterAll(() => it.close());

describe("the heat map of a group", () => {
  test("has the greatest lag of each partition in each slot", async () => {
    const heat = await getGroupHeat(it.ctx, {
      params: { ...params, group: "inventory" },
      query: { from: at(0), to: at(SWEEPS), slots: 4 },
      body: undefined,
    });
    const lags = [4, 9, 14, 19].map((beat) => 500 + beat * 100);
    expect(heat.at).toEqual([0, 5, 10, 15].map(at));
    expect(heat.slotMs).toBe(50_000);
    expect(heat.topics).toEqual([
      {
        topic: "orders",
        partitions: [
          { partition: 0, lag: lags },
          { partition: 1, lag: lags },
        ],
      },
    ]);
  });
  test("leaves slots without a sample and partitions without a commit empty", async () => {
    const heat = await getGroupHeat(it.ctx, {
      params: { ...params, group: "audit" },
      query: { from: at(-10), to: at(10), slots: 2 },
      body: undefined,
    });
    expect(heat.topics).toEqual([{ topic: "orders", partitions: [{ partition: 0, lag: [null, 1_900] }] }]);
  });
  test("of a group without commits is empty, and of nobody is not found", async () => {
    const heat = (group: string): ReturnType<typeof getGroupHeat> =>
      getGroupHeat(it.ctx, { params: { ...params, group }, query: { slots: 120 }, body: undefined });
    expect((await heat("idle")).topics).toEqual([]);
    expect(await codeOf(heat("nobody"))).toBe("group_unknown");
  });
});

describe("the samples of a partition", () => {
  const samples = (group: string, topic: string, partition: number): ReturnType<typeof getPartitionSamples> =>
    getPartitionSamples(it.ctx, {
      params: { ...params, group },
      query: { topic, partition },
      body: undefined,
    });
  test("are those of the last half hour, oldest first, to the last digit", async () => {
    const { fromAt, toAt, items } = await samples(ODD, "huge", 0);
    expect([fromAt, toAt]).toEqual([NOW - 30 * 60_000, NOW]);
    expect(items).toEqual(
      Array.from({ length: SWEEPS }, (_, beat) => ({ at: at(beat), committed: BIG, end: BIG + 5n, lag: 5 })),
    );
  });
  test("know no lag where there is no commit", async () => {
    const { items } = await samples("audit", "orders", 1);
    expect(items.at(-1)).toEqual({ at: at(19), committed: null, end: 2_900n, lag: null });
  });
  test("of a topic that the group does not read are none", async () => {
    expect((await samples("payments", "huge", 0)).items).toEqual([]);
    expect(await codeOf(samples("nobody", "huge", 0))).toBe("group_unknown");
  });
});
