import { afterAll, beforeAll, expect, test } from "vitest";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { CLUSTER, type ObservedCluster } from "../observed-cluster.ts";
import { at, openTwentySweeps, params, SWEEPS } from "../twenty-sweeps.ts";

let it: ObservedCluster;
beforeAll(async () => {
  it = await openTwentySweeps(() => at(SWEEPS - 1) + 2_000);
});
afterAll(() => it.close());

test("a topic's readers are as far behind there as their partitions on it, with the verdict's own sentence", async () => {
  const readers = await it.db.topics.readers(CLUSTER, "orders");
  expect(readers.map(({ group }) => group).sort()).toEqual(["audit", "inventory", "payments"]);
  for (const reader of readers) {
    const input = { params: { ...params, group: reader.group }, query: {}, body: undefined };
    const { partitions, reason } = await getGroup(it.ctx, input);
    const known = partitions.flatMap(({ topic, timeLagMs }) =>
      topic === "orders" && timeLagMs !== null ? [timeLagMs] : [],
    );
    expect(reader.timeLagMs).toBe(known.length === 0 ? null : Math.max(...known));
    expect(reader.reason).toBe(reason);
  }
  expect(readers.find(({ group }) => group === "payments")?.timeLagMs).toBeGreaterThan(0);
});
