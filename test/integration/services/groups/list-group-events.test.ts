import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { listGroupEvents as contract } from "#lib/contracts/groups.ts";
import { listGroupEvents } from "#lib/services/groups/list-group-events.ts";
import { CLUSTER, group, openObservedCluster, topic, type ObservedCluster } from "../observed-cluster.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR_MS = 3_600_000;

let it: ObservedCluster;
beforeAll(async () => {
  it = await openObservedCluster(() => NOW);
  const groups = [group("payments", { orders: [1n] }), group("quiet", { orders: [1n] })];
  await it.sweep({ at: NOW - 1_000, topics: [topic("orders", [1n])], groups });
  await it.db.groupEvents.addAll(CLUSTER, [
    { group: "payments", at: NOW - 2 * HOUR_MS, kind: "state", sentence: "It is empty." },
    { group: "payments", at: NOW - 600_000, kind: "rebalance", sentence: "2 members became 3." },
    { group: "payments", at: NOW - 300_000, kind: "reset", sentence: "ana reset its offsets." },
    { group: "gone", at: NOW - 300_000, kind: "rewind", sentence: "Its commits went back." },
  ]);
});
afterAll(() => it.close());

const kinds = async (name: string, query: z.output<typeof contract.query> = {}) => {
  const params = { cluster: CLUSTER, group: name };
  const { items } = await listGroupEvents(it.ctx, { params, query, body: undefined });
  z.encode(contract.response, { items });
  return items.map(({ kind }) => kind);
};

test("answers the last hour, newest first, unless another range is asked for", async () => {
  expect(await kinds("payments")).toEqual(["reset", "rebalance"]);
  expect(await kinds("payments", { from: NOW - 3 * HOUR_MS, to: NOW - HOUR_MS })).toEqual(["state"]);
});

test("a group that is gone has its events, a quiet one has none", async () => {
  expect(await kinds("gone")).toEqual(["rewind"]);
  expect(await kinds("quiet")).toEqual([]);
});

test("a group that never was, and a range that ends before it begins, are errors", async () => {
  await expect(kinds("nobody")).rejects.toMatchObject({ code: "group_unknown" });
  await expect(kinds("payments", { from: NOW, to: NOW - 1 })).rejects.toMatchObject({
    code: "request_invalid",
  });
});
