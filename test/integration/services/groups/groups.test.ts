import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import * as groupContracts from "#lib/contracts/groups.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { listGroups } from "#lib/services/groups/list-groups.ts";
import { CLUSTER, type ObservedCluster } from "../observed-cluster.ts";
import { at, BIG, codeOf, ODD, openTwentySweeps, params, SWEEPS } from "../twenty-sweeps.ts";

let it: ObservedCluster;
beforeAll(async () => {
  it = await openTwentySweeps(() => at(SWEEPS - 1) + 2_000);
});
afterAll(() => it.close());

type GroupQuery = Partial<z.output<typeof groupContracts.listGroups.query>>;
const groups = (query: GroupQuery = {}) =>
  listGroups(it.ctx, {
    params,
    query: { limit: 50, sort: "trouble", readers: "folded", ...query },
    body: undefined,
  });
const ids = async (query: GroupQuery): Promise<string[]> =>
  (await groups(query)).items.map((each) => each.id);

describe("list-groups", () => {
  test("sorts by trouble, and says verdict, lag and reason", async () => {
    const { items, observedAt, counts } = await groups();
    expect(items.map((each) => [each.id, each.verdict])).toEqual([
      ["inventory", "stall"],
      ["audit", "stop"],
      [ODD, "stop"],
      ["payments", "warn"],
      ["idle", "unknown"],
    ]);
    expect(items[0]).toMatchObject({ lag: 4_800, memberCount: 1, timeLagMs: null, consumeRate: 0 });
    expect(items[0]?.reason).toBe(
      "2 partitions are stuck: their members commit nothing for 2 m 20 s while 4,800 records wait.",
    );
    expect(items[4]).toMatchObject({ lag: null, topics: [], reason: "It has no commits." });
    expect(observedAt).toBe(at(SWEEPS - 1));
    expect(counts).toEqual({
      all: 5,
      empty: 2,
      byVerdict: { rewind: 0, stall: 1, stop: 2, warn: 1, ok: 0, unknown: 1 },
    });
  });

  test("is what its contract says, offsets as text", async () => {
    const wire = z.encode(groupContracts.listGroups.response, await groups());
    expect(z.decode(groupContracts.listGroups.response, wire).items).toHaveLength(5);
    const detail = await getGroup(it.ctx, { params: { ...params, group: ODD }, query: {}, body: undefined });
    const encoded = z.encode(groupContracts.getGroup.response, detail);
    expect(encoded.partitions[0]).toMatchObject({
      committed: BIG.toString(),
      end: (BIG + 5n).toString(),
      lag: { lag: 5 },
    });
  });

  test.each(["trouble", "id", "lag", "timeLag", "members", "state"] as const)(
    "pages by %s in both orders without a miss or a repeat",
    async (sort) => {
      for (const order of ["asc", "desc"] as const) {
        const whole = await ids({ sort, order });
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await groups({ sort, order, limit: 2, cursor });
          paged.push(...page.items.map((each) => each.id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(paged).toEqual(whole);
      }
    },
  );

  test.each([
    ["a part of the id, in any case", { q: "INVENT" }, ["inventory"]],
    ["a part of a topic's name", { q: "HUG" }, [ODD]],
    ["signs that mean something in SQL", { q: "%" }, [ODD]],
    ["topic", { topic: "huge" }, [ODD]],
    ["verdict", { verdict: "stop" }, ["audit", ODD]],
    ["state", { state: "empty", sort: "id" }, ["audit", "idle"]],
    ["kind", { kind: "share" }, []],
  ] as const)("filters by %s", async (_, query, expected) => {
    expect(await ids({ ...query })).toEqual(expected);
  });

  test("the tiles count over q and topic, not over the tile that is chosen", async () => {
    const { items, counts } = await groups({ topic: "orders", verdict: "stop" });
    expect([items.length, counts.all, counts.empty]).toEqual([1, 3, 1]);
  });
});

describe("get-group", () => {
  test("says each partition's lag in its own state, with its owner", async () => {
    const audit = await getGroup(it.ctx, {
      params: { ...params, group: "audit" },
      query: {},
      body: undefined,
    });
    expect(audit.partitions.map((each) => [each.partition, each.lag.state, each.verdict])).toEqual([
      [0, "known", "stop"],
    ]);
    const inventory = await getGroup(it.ctx, {
      params: { ...params, group: "inventory" },
      query: {},
      body: undefined,
    });
    expect(inventory.partitions.map((each) => each.memberId)).toEqual(["m-1", "m-1"]);
    expect(inventory.members).toHaveLength(1);
    expect(inventory.partitions[1]).toMatchObject({ committed: 500n, start: 200n, movedAt: null });
  });
  test("an unknown group or cluster is an error of its own", async () => {
    const ask = (cluster: string, name: string) =>
      getGroup(it.ctx, { params: { cluster, group: name }, query: {}, body: undefined });
    expect(await codeOf(ask(CLUSTER, "nobody"))).toBe("group_unknown");
    expect(await codeOf(ask("nowhere", "payments"))).toBe("cluster_unknown");
  });
});
