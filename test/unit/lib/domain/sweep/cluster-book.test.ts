import { describe, expect, test } from "vitest";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import type { ClusterSnapshot, StoredCluster } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { ClusterObservation, ObservedGroup, ObservedTopic } from "#lib/domain/sweep/observation.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";

const BEAT_MS = 10_000;
const TOPIC_ID = "11111111-1111-4111-8111-111111111111";
const OTHER_ID = "22222222-2222-4222-8222-222222222222";

const topic = (ends: (bigint | null)[], change: Partial<ObservedTopic> = {}): ObservedTopic => ({
  name: "orders",
  topicId: TOPIC_ID,
  internal: false,
  partitions: ends.map(() => ({ leaderId: 1, replicaIds: [1], isrIds: [1] })),
  ends,
  ...change,
});
const group = (commits: (bigint | null)[] | null, change: Partial<ObservedGroup> = {}): ObservedGroup => ({
  id: "payments",
  kind: "classic",
  state: "stable",
  protocolType: "consumer",
  coordinatorId: 1,
  commits: commits === null ? null : new Map([["orders", commits]]),
  shares: null,
  ...change,
});
const owner = (...partitions: number[]): GroupMember => ({
  memberId: "m-1",
  clientId: "c",
  host: "10.0.0.1",
  instanceId: null,
  assignments: [{ topic: "orders", partitions }],
  pattern: null,
  waitsFor: [],
});
const seen = (beat: number, change: Partial<ClusterObservation>): ClusterObservation => ({
  at: beat * BEAT_MS,
  durationMs: 5,
  requests: 3,
  kafkaClusterId: "k",
  controllerId: 1,
  brokers: [{ id: 1, host: "h", port: 9092, rack: null }],
  topics: new Map([["orders", topic([100n])]]),
  groups: [],
  groupsComplete: true,
  members: null,
  starts: null,
  stables: null,
  transactions: null,
  configs: null,
  offsetsRetentionMs: null,
  sizes: null,
  failures: [],
  ...change,
});
const of = (...topics: ObservedTopic[]): Map<string, ObservedTopic> =>
  new Map(topics.map((each) => [each.name, each]));
const book = (): ClusterBook => new ClusterBook({ allowedLag: () => 0 });
const only = (snapshot: ClusterSnapshot): ClusterSnapshot["groups"][number] => snapshot.groups[0]!;

/** What the database would hold after these snapshots. */
const stored = (snapshots: readonly ClusterSnapshot[]): StoredCluster => {
  const last = snapshots.at(-1)!;
  return {
    brokers: last.brokers,
    topics: last.topics,
    groups: last.groups.map(({ id, state, stateSinceAt, members, spark, topics }) => ({
      ...{ id, state, stateSinceAt, spark },
      members: [...members],
      rebalancedAt: [],
      movedAt: new Map(topics.map((each) => [each.topicId ?? "", each.partitions.map((one) => one.movedAt)])),
    })),
    ends: snapshots.flatMap(({ at, ends }) => ends.map(({ topicId, offsets }) => ({ topicId, at, offsets }))),
    commits: snapshots.flatMap(({ at, commits }) => commits.map((each) => ({ ...each, at }))),
    transactions: snapshots.findLast((each) => each.transactions !== null)?.transactions ?? [],
  };
};

describe("ClusterBook", () => {
  test("tells lag, rates and totals from samples", () => {
    const it = book();
    it.record(seen(0, { topics: of(topic([100n, 50n])), groups: [group([90n, 50n])] }));
    const snapshot = it.record(seen(1, { topics: of(topic([200n, 50n])), groups: [group([120n, 50n])] }));
    expect(only(snapshot)).toMatchObject({ lag: 80, consumeRate: 3, drainsInMs: null });
    expect(snapshot.totals).toEqual({ produceRate: 10, consumeRate: 3, lag: 80 });
  });

  test("tells in how long a shrinking lag is drained, and how old the first unread record is", () => {
    const it = book();
    it.record(seen(0, { topics: of(topic([100n])), groups: [group([0n])] }));
    const { lag, drainsInMs, timeLagMs } = only(
      it.record(seen(1, { topics: of(topic([200n])), groups: [group([150n])] })),
    );
    expect({ lag, drainsInMs, timeLagMs }).toEqual({ lag: 50, drainsInMs: 10_000, timeLagMs: 5_000 });
  });

  test("a stuck group becomes STALL after fifteen samples, and the restart of the worker does not start over", () => {
    const before = book();
    const members = new Map([["payments", [owner(0)]]]);
    const beat = (n: number): ClusterObservation =>
      seen(n, { topics: of(topic([100n + BigInt(n)])), groups: [group([50n])], members });
    const snapshots = Array.from({ length: 10 }, (_, n) => before.record(beat(n)));
    expect(only(snapshots.at(-1)!).verdict).toBe("unknown");
    const after = book();
    after.restore(stored(snapshots));
    const next = Array.from({ length: 5 }, (_, n) => only(after.record(beat(10 + n))));
    expect(next.map((each) => each.verdict)).toEqual(["unknown", "unknown", "unknown", "unknown", "stall"]);
  });

  test("members, sparkline, and when a commit last moved survive a restart", () => {
    const before = book();
    const members = new Map([["payments", [owner(0)]]]);
    const first = before.record(seen(0, { groups: [group([10n])], members }));
    const second = before.record(seen(1, { groups: [group([20n])], members }));
    const after = book();
    after.restore({ ...stored([first, second]), ends: [], commits: [] });
    const { members: kept, spark, topics } = only(after.record(seen(2, { groups: [group([20n])] })));
    expect(kept).toEqual([owner(0)]);
    expect(topics[0]?.partitions[0]?.movedAt).toBe(BEAT_MS);
    expect(spark.values.at(-1)).toBe(90);
  });

  test("a re-created topic begins anew: no rewind, no rate across it", () => {
    const it = book();
    for (let n = 0; n < 20; n += 1)
      it.record(seen(n, { topics: of(topic([1_000n])), groups: [group([900n])] }));
    const anew = topic([40n], { topicId: OTHER_ID });
    const snapshot = it.record(seen(20, { topics: of(anew), groups: [group([10n])] }));
    expect(only(snapshot)).toMatchObject({ lag: 30, verdict: "unknown" });
    expect(snapshot.topics[0]?.produceRate).toBeNull();
    expect(snapshot.commits).toEqual([{ group: "payments", topicId: OTHER_ID, offsets: [10n] }]);
  });

  test("a partition that a member owns and has no commit on is uncommitted", () => {
    const members = new Map([["payments", [owner(0, 1)]]]);
    const snapshot = book().record(
      seen(0, { topics: of(topic([100n, 7n])), groups: [group([100n])], members }),
    );
    expect(only(snapshot).topics[0]?.partitions[1]).toMatchObject({
      lag: { state: "uncommitted" },
      verdict: "unknown",
    });
    expect(only(snapshot)).toMatchObject({ lag: 0, verdict: "ok" });
  });

  test("a commit beyond the end is 0 once and said when seen twice", () => {
    const it = book();
    const once = it.record(seen(0, { groups: [group([103n])] }));
    const twice = it.record(seen(1, { groups: [group([103n])] }));
    expect(only(once).topics[0]?.partitions[0]?.lag).toEqual({ state: "known", lag: 0 });
    expect(only(twice).topics[0]?.partitions[0]?.lag).toEqual({ state: "beyond-end", by: 3 });
  });

  test("commits on a topic that is gone are orphaned and not sampled", () => {
    const snapshot = book().record(seen(0, { topics: new Map(), groups: [group([5n])] }));
    expect(only(snapshot).topics[0]).toMatchObject({
      lag: null,
      partitions: [{ lag: { state: "orphaned" } }],
    });
    expect(snapshot.commits).toEqual([]);
  });

  test("what could not be had is left as it is stored, not emptied", () => {
    const it = book();
    it.record(seen(0, { groups: [group([10n])] }));
    const snapshot = it.record(seen(1, { groups: [group(null)], groupsComplete: false }));
    expect(snapshot).toMatchObject({ groups: [], groupsComplete: false, commits: [] });
  });

  test("an end that could not be read leaves the lag unknown, not zero", () => {
    const snapshot = book().record(seen(0, { topics: of(topic([null])), groups: [group([10n])] }));
    expect(only(snapshot)).toMatchObject({ lag: null, verdict: "unknown" });
    expect(snapshot.ends).toEqual([]);
  });

  test("says since when a group is in its state", () => {
    const it = book();
    const first = it.record(seen(0, { groups: [group([10n])] }));
    it.record(seen(1, { groups: [group([10n], { state: "empty" })] }));
    const third = it.record(seen(2, { groups: [group([10n], { state: "empty" })] }));
    expect(only(first).stateSinceAt).toBeNull();
    expect(only(third)).toMatchObject({ stateSinceAt: BEAT_MS, members: [] });
  });

  test("a broker that is missing is kept for as long as partitions name it", () => {
    const it = book();
    const brokers = [1, 2].map((id) => ({ id, host: "h", port: 9090 + id, rack: null }));
    const placed = (isrIds: number[]): ObservedTopic =>
      topic([100n], { partitions: [{ leaderId: 1, replicaIds: [1, 2], isrIds }] });
    it.record(seen(0, { brokers, topics: of(placed([1, 2])) }));
    const without = it.record(seen(1, { brokers: brokers.slice(0, 1), topics: of(placed([1])) }));
    expect(without.brokers.map((each) => [each.id, each.missingSinceAt])).toEqual([
      [1, null],
      [2, BEAT_MS],
    ]);
    expect(without.topics[0]?.underReplicatedCount).toBe(1);
    const moved = it.record(seen(2, { brokers: brokers.slice(0, 1) }));
    expect(moved.brokers.map((each) => each.id)).toEqual([1]);
  });

  test("Kafka's own topics are shown, and neither sampled nor counted into the rate", () => {
    const it = book();
    const internal = (end: bigint): ObservedTopic =>
      topic([end], { name: "__consumer_offsets", internal: true });
    it.record(seen(0, { topics: of(internal(0n)) }));
    const snapshot = it.record(seen(1, { topics: of(internal(900n)) }));
    expect(snapshot.topics[0]).toMatchObject({ role: "internal", produceRate: 90 });
    expect([snapshot.ends, snapshot.totals.produceRate]).toEqual([[], null]);
  });

  test("a share group has no commits and no verdict", () => {
    const snapshot = book().record(seen(0, { groups: [group(null, { kind: "share" })] }));
    expect(only(snapshot)).toMatchObject({ kind: "share", lag: null, verdict: "unknown" });
    expect(only(snapshot).reason).toMatch(/share group/);
  });
});

describe("ClusterBook, beyond the numbers", () => {
  const beat = (n: number, change: Partial<ClusterObservation> = {}): ClusterObservation =>
    seen(n, { topics: of(topic([100n])), groups: [group([99n])], ...change });

  test("a tail of markers is no lag, once they were counted", () => {
    const it = book();
    const first = only(it.record(beat(0)));
    expect([first.lag, it.turnTails()]).toEqual([1, []]);
    expect(only(it.record(beat(1))).lag).toBe(1);
    const [wanted] = it.turnTails();
    expect(wanted).toEqual({ topic: "orders", topicId: TOPIC_ID, partition: 0, from: 99n, to: 100n });
    it.learnTails([{ ...wanted!, records: 0 }]);
    const told = only(it.record(beat(2)));
    expect(told).toMatchObject({ lag: 0, timeLagMs: 0, verdict: "ok" });
    expect(told.topics[0]?.partitions[0]?.lag).toEqual({ state: "marker-tail", markers: 1 });
  });

  test("a share group's lag is the broker's, and unknown where it does not tell", () => {
    const shares = new Map([
      [
        "orders",
        [
          { start: 40n, lag: 7 },
          { start: 10n, lag: null },
        ],
      ],
    ]);
    const it = book();
    const told = only(
      it.record(
        seen(0, { topics: of(topic([100n, 100n])), groups: [group(null, { kind: "share", shares })] }),
      ),
    );
    expect(told.lag).toBe(7);
    expect(told.topics[0]?.partitions.map((each) => each.lag.state)).toEqual(["known", "unknown"]);
  });

  test("retry and redrive readers fold under their parent, whose row is as troubled as they are", () => {
    const it = book();
    const all = (n: number): ClusterObservation =>
      seen(n, {
        topics: of(topic([100n + BigInt(n)])),
        groups: [group([100n + BigInt(n)]), group([50n], { id: "payments-retry-1", state: "empty" })],
      });
    let last = it.record(all(0));
    for (let n = 1; n < 16; n += 1) last = it.record(all(n));
    const [parent, reader] = last.groups;
    expect([parent?.verdict, parent?.parentId, reader?.verdict, reader?.parentId]).toEqual([
      ...["ok", null, "stop", "payments"],
    ]);
    expect(parent?.troubleRank).toBe(reader?.troubleRank);
  });

  test("tells what happened: rebalances, an emptied group, a rewind, a topic made anew", () => {
    const it = book();
    const members = (...each: GroupMember[]): ClusterObservation["members"] => new Map([["payments", each]]);
    const kinds = (snapshot: ClusterSnapshot): string[] => only(snapshot).events.map(({ kind }) => kind);
    expect(kinds(it.record(beat(0, { members: members(owner(0)) })))).toEqual([]);
    expect(kinds(it.record(beat(1, { members: members({ ...owner(0), memberId: "m-2" }) })))).toEqual([
      "rebalance",
    ]);
    const emptied = it.record(beat(2, { groups: [group([99n], { state: "empty" })] }));
    expect(kinds(emptied)).toEqual(["state", "rebalance"]);
    expect(only(emptied).rebalances).toBe(2);
    expect(kinds(it.record(beat(3, { groups: [group([9n], { state: "empty" })] })))).toEqual(["rewind"]);
    const anew = of(topic([5n], { topicId: OTHER_ID }));
    expect(kinds(it.record(beat(4, { topics: anew, groups: [group([1n], { state: "empty" })] })))).toEqual([
      "topic-recreated",
    ]);
    const hourLater = it.record(beat(370, { groups: [group([1n], { state: "empty" })] }));
    expect(only(hourLater).rebalances).toBe(0);
  });

  test("says what of its retention a group has used, and when its offsets expire", () => {
    const it = book();
    const starts = new Map([["orders", [0n]]]);
    const configs = new Map([
      ["orders", { cleanupPolicy: "delete", retentionMs: 3_600_000, retentionBytes: -1 }],
    ]);
    it.record(beat(0, { topics: of(topic([50n])), groups: [group([0n])], starts, configs }));
    const later = it.record(
      beat(1, {
        ...{ topics: of(topic([100n])), groups: [group([75n], { state: "empty" })] },
        offsetsRetentionMs: 60_000,
      }),
    );
    expect(only(later)).toMatchObject({
      retentionUsed: 0.25,
      expiresAt: 5_000 + 3_600_000,
      lastMovedAt: 10_000,
      offsetsExpireAt: 10_000 + 60_000,
      evidence: { fromAt: 0, samples: 2 },
    });
  });
});
