import { afterAll, beforeAll, expect, test } from "vitest";
import { group, openObservedCluster, topic, type ObservedCluster } from "../../services/observed-cluster.ts";
import { withClient } from "#test/support/template-database.ts";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1, 7, 20);

let it: ObservedCluster;
beforeAll(async () => {
  it = await openObservedCluster(() => START);
});
afterAll(() => it.close());

const rows = (sql: string): Promise<Record<string, unknown>[]> =>
  withClient(it.database.url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const samples = async (table: string): Promise<number> =>
  Number((await rows(`SELECT count(*) FROM ${table}`))[0]?.["count"]);

test("samples that came before their partition are moved into it, and old partitions are dropped whole", async () => {
  const sweepAt = (at: number): Promise<void> =>
    it.sweep({ at, topics: [topic("orders", [9n])], groups: [group("payments", { orders: [5n] })] });
  await sweepAt(START);
  expect([await samples("end_sample_default"), await samples("commit_sample_default")]).toEqual([1, 1]);

  const made = await it.db.transaction((tx) => tx.samplePartitions.ensure("raw", START, START + 2 * HOUR_MS));
  expect(made).toHaveLength(6);
  expect([await samples("end_sample_default"), await samples("end_sample")]).toEqual([0, 1]);
  await sweepAt(START + HOUR_MS);
  expect([await samples("end_sample_default"), await samples(made[0]!), await samples(made[1]!)]).toEqual([
    0, 1, 1,
  ]);

  const again = await it.db.transaction((tx) =>
    tx.samplePartitions.ensure("raw", START, START + 2 * HOUR_MS),
  );
  expect(again).toEqual([]);

  const dropped = await it.db.transaction((tx) => tx.samplePartitions.dropBefore("raw", START + HOUR_MS));
  expect(dropped).toEqual([made[0], made[3]]);
  expect([
    await samples("end_sample"),
    await samples("commit_sample"),
    await samples("cluster_sample"),
  ]).toEqual([1, 1, 2]);
});

test("a series without samples is forgotten once it is old", async () => {
  await it.db.transaction((tx) => tx.samplePartitions.dropBefore("raw", START + 100 * HOUR_MS));
  expect(await it.db.samplePartitions.forgetSeries(START - 1)).toBe(0);
  expect(await it.db.samplePartitions.forgetSeries(START + HOUR_MS)).toBe(2);
  expect(await samples("topic_series")).toBe(0);
});
