import { afterAll, beforeAll, expect, test } from "vitest";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import type { ClusterObservation } from "#lib/domain/sweep/observation.ts";
import {
  BEAT_MS,
  CLUSTER,
  group,
  openObservedCluster,
  topic,
  type ObservedCluster,
} from "./observed-cluster.ts";

const SWEEPS = 40;
const START = Date.UTC(2026, 0, 1, 12);
let it: ObservedCluster;
beforeAll(async () => {
  it = await openObservedCluster(() => START);
});
afterAll(() => it.close());

const owner = {
  ...{ memberId: "m", clientId: "c", host: "h", instanceId: null, pattern: null, waitsFor: [] },
  assignments: [{ topic: "orders", partitions: [0, 1] }],
};
const sweepOf = (beat: number) => ({
  at: START + beat * BEAT_MS,
  topics: [topic("orders", [1_000n + BigInt(beat) * 50n, null])],
  groups: [group("payments", { orders: [beat < 10 ? BigInt(beat) : 10n, 7n] })],
  members: new Map([["payments", [owner]]]),
});

test("a worker that takes over says what the one before would have said", async () => {
  const steady = new ClusterBook({ allowedLag: () => 0 });
  const observe = (book: ClusterBook, beat: number) => {
    const { topics, ...seen } = sweepOf(beat);
    const observation: ClusterObservation = {
      ...{
        durationMs: 20,
        requests: 3,
        kafkaClusterId: "kafka-1",
        controllerId: 1,
        groupsComplete: true,
        failures: [],
      },
      ...{
        brokers: [{ id: 1, host: "h", port: 9092, rack: null }],
        starts: null,
        configs: null,
        sizes: null,
        ...{ stables: null, transactions: null, offsetsRetentionMs: null },
      },
      ...seen,
      topics: new Map(topics.map((each) => [each.name, each])),
    };
    return book.record(observation);
  };
  for (let beat = 0; beat < SWEEPS; beat += 1) {
    await it.sweep(sweepOf(beat));
    observe(steady, beat);
  }
  const heir = new ClusterBook({ allowedLag: () => 0 });
  heir.restore(await it.db.sweeps.load(CLUSTER, START - 1));
  const [kept, taken] = [observe(steady, SWEEPS), observe(heir, SWEEPS)];
  expect(taken).toEqual(kept);
  expect(taken.groups[0]).toMatchObject({ verdict: "stall", lag: 2_990 });
  expect(taken.groups[0]?.topics[0]?.partitions[0]?.movedAt).toBe(START + 10 * BEAT_MS);
});
