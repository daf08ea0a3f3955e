import type { GroupMember } from "#lib/domain/groups/group.ts";
import {
  BEAT_MS,
  CLUSTER,
  group,
  openObservedCluster,
  topic,
  type ObservedCluster,
} from "./observed-cluster.ts";

const START = Date.UTC(2026, 0, 1, 12);
export const SWEEPS = 20;
/** A group whose id is legal and hard on paths; its offsets are beyond what a double holds. */
export const ODD = "a/b c%d";
export const BIG = 9_007_199_254_740_993n;
export const params = { cluster: CLUSTER };

/** The instant of a sweep. */
export const at = (beat: number): number => START + beat * BEAT_MS;

/** The code of the error that `work` ends with. */
export const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: unknown) => (error as { code?: string }).code,
  );

const owner: GroupMember = {
  ...{ memberId: "m-1", clientId: "c", host: "10.0.0.1", instanceId: null, pattern: null },
  assignments: [{ topic: "orders", partitions: [0, 1] }],
  waitsFor: [],
};

/** Twenty sweeps: payments trails by ten, inventory is stuck, `a/b c%d` and audit are read by nobody. */
export async function openTwentySweeps(now: () => number): Promise<ObservedCluster> {
  const it = await openObservedCluster(now);
  for (let beat = 0; beat < SWEEPS; beat += 1) {
    const end = 1_000n + BigInt(beat) * 100n;
    const topics = [
      topic("orders", [end, end]),
      topic("orders.dlt", [7n]),
      topic("huge", [BIG + 5n]),
      topic("__consumer_offsets", [BigInt(beat)], { internal: true }),
    ];
    const groups = [
      group("payments", { orders: [end - 10n, end] }),
      group("inventory", { orders: [500n, 500n] }),
      group(ODD, { huge: [BIG] }),
      group("audit", { orders: [100n, null] }, { state: "empty" }),
      group("idle", {}, { state: "empty" }),
    ];
    const members = new Map([["inventory", [owner]]]);
    const starts = new Map([
      ["orders", [0n, 200n]],
      ["orders.dlt", [0n]],
      ["huge", [0n]],
    ]);
    const configs = new Map([["orders", { cleanupPolicy: "delete", retentionMs: -1, retentionBytes: -1 }]]);
    await it.sweep({ at: at(beat), topics, groups, members, starts, configs });
  }
  return it;
}
