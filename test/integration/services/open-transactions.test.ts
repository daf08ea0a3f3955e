import { afterAll, beforeAll, expect, test } from "vitest";
import type { ObservedTransaction } from "#lib/domain/sweep/observation.ts";
import { getCluster } from "#lib/services/clusters/get-cluster.ts";
import { getTopic } from "#lib/services/topics/get-topic.ts";
import { CLUSTER, openObservedCluster, topic, type ObservedCluster } from "./observed-cluster.ts";

const STABLE_BEAT_MS = 20_000;
let now = 1_800_000_000_000;
let observed: ObservedCluster;
beforeAll(async () => {
  observed = await openObservedCluster(() => now);
});
afterAll(() => observed.close());

const open: ObservedTransaction = {
  topic: "orders",
  partition: 1,
  producerId: 9_007_199_254_740_993n,
  producerEpoch: 3,
  transactionalId: "orders-tx",
  startOffset: 100n,
  lastWrittenAt: now - 5_000,
  startedAt: now - 5_000,
  timeoutMs: 30_000,
};
const beat = async (transactions: ObservedTransaction[] | null): Promise<void> => {
  now += STABLE_BEAT_MS;
  await observed.sweep({
    at: now,
    topics: [topic("orders", [50n, 3_300n])],
    groups: [],
    stables: transactions === null ? null : new Map([["orders", [50n, 100n]]]),
    transactions,
  });
};
const shown = async () => {
  const { topic: detail } = await getTopic(observed.ctx, {
    params: { cluster: CLUSTER, topic: "orders" },
    query: {},
    body: undefined,
  });
  return detail.openTransactions;
};
const findings = async (): Promise<string[]> => {
  const { findings: found } = await getCluster(observed.ctx, {
    params: { cluster: CLUSTER },
    query: {},
    body: undefined,
  });
  return found.map((each) => each.sentence);
};

test("an open transaction stands at its topic, becomes a finding when it hangs, and goes when it ends", async () => {
  await beat([open]);
  const seen = { ...open, sinceAt: open.startedAt, backlog: 3_200, hung: false } as Record<string, unknown>;
  delete seen["startedAt"];
  delete seen["topic"];
  expect(await shown()).toEqual([seen]);
  expect(await findings()).toEqual([]);
  await beat([open]);
  await beat(null);
  await beat([open]);
  expect(await shown()).toEqual([{ ...seen, hung: true }]);
  expect(await findings()).toEqual([
    "A hung transaction of producer 9007199254740993 (id orders-tx) holds back 3,200 records of orders p 1 for 1 m 25 s.",
  ]);
  expect((await observed.db.sweeps.load(CLUSTER, now)).transactions).toEqual([
    { topic: "orders", ...seen, hung: true },
  ]);
  await beat([]);
  expect([await shown(), await findings()]).toEqual([[], []]);
});
