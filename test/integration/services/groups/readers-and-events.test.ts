import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import type * as groupContracts from "#lib/contracts/groups.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { listGroupEvents } from "#lib/services/groups/list-group-events.ts";
import { listGroups } from "#lib/services/groups/list-groups.ts";
import {
  BEAT_MS,
  CLUSTER,
  group,
  openObservedCluster,
  topic,
  type ObservedCluster,
} from "../observed-cluster.ts";

const START = Date.UTC(2026, 10, 22, 12);
const SWEEPS = 16;
const at = (beat: number): number => START + beat * BEAT_MS;
const member = (memberId: string) => ({
  ...{ memberId, clientId: "c", host: "h", instanceId: null, pattern: null, waitsFor: [] },
  assignments: [{ topic: "orders", partitions: [0] }],
});

let it: ObservedCluster;
beforeAll(async () => {
  it = await openObservedCluster(() => at(SWEEPS));
  for (let beat = 0; beat < SWEEPS; beat += 1) {
    const end = 1_000n + BigInt(beat);
    await it.sweep({
      at: at(beat),
      topics: [topic("orders", [end]), topic("orders.retry", [50n])],
      groups: [
        group("payments", { orders: [end] }),
        group("payments-retry-1", { "orders.retry": [10n] }, { state: "empty" }),
        group("audit", { orders: [end - 5n] }),
      ],
      members: new Map([["payments", [member(beat < 8 ? "a" : "b")]]]),
      starts: new Map([["orders", [0n]]]),
      configs: new Map([["orders", { cleanupPolicy: "delete", retentionMs: 3_600_000, retentionBytes: -1 }]]),
    });
  }
});
afterAll(() => it.close());

type GroupQuery = Partial<z.output<typeof groupContracts.listGroups.query>>;
const list = (query: GroupQuery = {}) =>
  listGroups(it.ctx, {
    params: { cluster: CLUSTER },
    query: { limit: 50, sort: "trouble", readers: "folded", ...query },
    body: undefined,
  });
const ids = async (query: GroupQuery): Promise<string[]> => (await list(query)).items.map((each) => each.id);

describe("groups that read for another one", () => {
  test("fold under their parent, which sorts by the worst of them and keeps its own verdict", async () => {
    const { items, counts } = await list();
    expect(items.map((each) => [each.id, each.verdict])).toEqual([
      ["payments", "ok"],
      ["audit", "warn"],
    ]);
    expect(items[0]?.readers).toEqual([
      { id: "payments-retry-1", role: "retry", verdict: "stop", lag: 40, timeLagMs: null, memberCount: 0 },
    ]);
    expect(counts.all).toBe(2);
  });

  test("stand as rows of their own when asked for, and know their parent", async () => {
    expect(await ids({ readers: "listed" })).toEqual(["payments-retry-1", "payments", "audit"]);
    const { items } = await list({ readers: "listed" });
    expect(items[0]?.parentId).toBe("payments");
  });

  test("are found through their parent", async () => {
    expect(await ids({ q: "RETRY-1" })).toEqual(["payments"]);
  });
});

test.each([
  ["drains", "desc", ["audit", "payments"]],
  ["retention", "desc", ["audit", "payments"]],
  ["rate", "asc", ["audit", "payments"]],
  ["kind", "asc", ["audit", "payments"]],
] as const)("sorts by %s", async (sort, order, expected) => {
  expect(await ids({ sort, order })).toEqual(expected);
  const first = await list({ sort, order, limit: 1 });
  expect(await ids({ sort, order, limit: 1, cursor: first.nextCursor ?? "" })).toEqual([expected[1]]);
});

test("what a sweep tells beyond the numbers is stored with the group", async () => {
  const params = { cluster: CLUSTER, group: "audit" };
  const audit = await getGroup(it.ctx, { params, query: {}, body: undefined });
  expect(audit).toMatchObject({
    evidence: { fromAt: at(1), samples: 15 },
    lastMovedAt: at(SWEEPS - 1),
    rebalances: 0,
    hotPartition: null,
    offsetsExpireAt: null,
  });
  expect(audit.retentionUsed).toBeCloseTo(5 / 1_015);
  expect(audit.expiresAt).toBe(at(SWEEPS - 1) - (audit.timeLagMs ?? 0) + 3_600_000);
  expect(audit.partitions[0]?.retentionUsed).toBeCloseTo(5 / 1_015);
});

test("a rebalance is an event of its group, newest first, and counts for an hour", async () => {
  const params = { cluster: CLUSTER, group: "payments" };
  const { items } = await listGroupEvents(it.ctx, { params, query: {}, body: undefined });
  expect(items).toEqual([
    { at: at(8), kind: "rebalance", sentence: "Its partitions were dealt out anew among 1 member." },
  ]);
  const payments = await getGroup(it.ctx, { params, query: {}, body: undefined });
  expect(payments.rebalances).toBe(1);
  const heirs = await it.db.sweeps.load(CLUSTER, START - 1);
  expect(heirs.groups.find(({ id }) => id === "payments")?.rebalancedAt).toEqual([at(8)]);
});
