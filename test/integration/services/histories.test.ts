import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getClusterHistory } from "#lib/services/clusters/get-cluster-history.ts";
import { getGroupHistory } from "#lib/services/groups/get-group-history.ts";
import { getTopicHistory } from "#lib/services/topics/get-topic-history.ts";
import type { ObservedCluster } from "./observed-cluster.ts";
import { at, codeOf, ODD, openTwentySweeps, params, SWEEPS } from "./twenty-sweeps.ts";

let it: ObservedCluster;
beforeAll(async () => {
  it = await openTwentySweeps(() => at(SWEEPS - 1) + 2_000);
});
afterAll(() => it.close());

describe("histories", () => {
  const query = { points: 240 };
  test("of a group: lag by topic and rates", async () => {
    const history = await getGroupHistory(it.ctx, {
      params: { ...params, group: "payments" },
      query,
      body: undefined,
    });
    expect(history.at).toHaveLength(SWEEPS);
    expect(history.series).toEqual([{ topic: "orders", lag: new Array(SWEEPS).fill(10) }]);
    expect(history.commitRate.slice(1)).toEqual(new Array(SWEEPS - 1).fill(20));
    expect(history.endRate.slice(1)).toEqual(new Array(SWEEPS - 1).fill(20));
  });
  test("of a group whose id is odd, and of none", async () => {
    const history = await getGroupHistory(it.ctx, {
      params: { ...params, group: ODD },
      query,
      body: undefined,
    });
    expect(history.series[0]?.lag.at(-1)).toBe(5);
    const nobody = getGroupHistory(it.ctx, {
      params: { ...params, group: "nobody" },
      query,
      body: undefined,
    });
    expect(await codeOf(nobody)).toBe("group_unknown");
  });
  test("keep to the points that were asked for and lose no spike", async () => {
    const input = {
      params: { ...params, group: "inventory" },
      query: { from: at(0), to: at(SWEEPS), points: 8 },
      body: undefined,
    };
    const { at: instants, series } = await getGroupHistory(it.ctx, input);
    expect(instants.length).toBeLessThanOrEqual(8);
    expect(Math.max(...(series[0]?.lag ?? []).map((lag) => lag ?? 0))).toBe(4_800);
  });
  test("of a range that is empty is a bad request", async () => {
    const input = {
      params: { ...params, group: "payments" },
      query: { from: at(5), to: at(5), points: 8 },
      body: undefined,
    };
    expect(await codeOf(getGroupHistory(it.ctx, input))).toBe("request_invalid");
  });
  test("of a topic: the append rate", async () => {
    const history = await getTopicHistory(it.ctx, {
      params: { ...params, topic: "orders" },
      query,
      body: undefined,
    });
    expect(history.produceRate.slice(1)).toEqual(new Array(SWEEPS - 1).fill(20));
    const nothing = getTopicHistory(it.ctx, { params: { ...params, topic: "none" }, query, body: undefined });
    expect(await codeOf(nothing)).toBe("topic_unknown");
  });
  test("of a cluster: the worst groups first and its rates", async () => {
    const lastHour = await getClusterHistory(it.ctx, { params, query, body: undefined });
    expect(lastHour.groups.map((each) => each.group)).toEqual(["inventory", "audit", "payments", ODD]);
    expect(lastHour.produceRate.at(-1)).toBe(20);
    const range = { from: at(2), to: at(9), points: 240 };
    const older = await getClusterHistory(it.ctx, { params, query: range, body: undefined });
    expect(older.groups.map((each) => each.group)).toEqual(["inventory", "audit", "payments", ODD]);
    expect(older.at).toHaveLength(8);
  });
});
