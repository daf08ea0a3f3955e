import { describe, expect, test } from "vitest";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";
import { findingsOf, type FindingsInput } from "#lib/domain/clusters/findings.ts";

const NOW = 1_000_000_000;
const cluster: ClusterSummary = {
  id: "demo",
  name: "Demo",
  color: null,
  readOnly: false,
  kafkaClusterId: "k",
  reachability: { state: "reachable", sinceAt: 0 },
  sampling: { state: "live", lastSampleAt: NOW },
  sweep: null,
  brokerCount: 1,
  topicCount: 1,
  groupCount: 1,
};
const quiet: FindingsInput = {
  ...{ now: NOW, cluster, brokers: [], groups: [], topics: [], transactions: [], failures: [] },
  idChange: null,
};
const broker = {
  ...{ id: 3, host: "h", port: 1, rack: null, controller: false, leaderCount: 0, replicaCount: 1 },
  ...{ underReplicatedCount: 0, sizeBytes: null, observedAt: NOW },
};

describe("findingsOf", () => {
  test("a quiet cluster has none", () => {
    expect(findingsOf({ ...quiet, brokers: [{ ...broker, missingSinceAt: null }] })).toEqual([]);
  });
  test("an unreachable cluster says since when and why", () => {
    const reachability = {
      state: "unreachable",
      sinceAt: NOW - 95_000,
      reason: "a:9092: the connection is refused.",
    } as const;
    const [finding] = findingsOf({ ...quiet, cluster: { ...cluster, reachability } });
    expect(finding).toEqual({
      tone: "critical",
      feature: "clusters",
      subject: "demo",
      sentence: "Demo cannot be reached for 1 m 35 s. a:9092: the connection is refused.",
    });
  });
  test("another Kafka cluster under the same name is told for a week", () => {
    const told = (at: number) =>
      findingsOf({ ...quiet, idChange: { previousId: "old", at } }).map((each) => each.sentence);
    expect(told(NOW - 3_600_000)).toEqual([
      "Another Kafka cluster answers as Demo since 1 h: its id was old and is k. " +
        "What is stored from before speaks of the other.",
    ]);
    expect(told(NOW - 7 * 86_400_000)).toEqual([]);
  });
  test("samples that stopped say how long ago", () => {
    const sampling = { state: "stopped", lastSampleAt: NOW - 40_000, forMs: 40_000 } as const;
    const [finding] = findingsOf({ ...quiet, cluster: { ...cluster, sampling } });
    expect(finding?.sentence).toBe("Samples stopped 40 s ago: no worker is sweeping Demo.");
  });
  test("a hung transaction is named with its producer, what it holds back and since when", () => {
    const held = {
      ...{ topic: "orders", partition: 0, producerId: 12n, producerEpoch: 3, transactionalId: "orders-tx" },
      ...{ startOffset: 9n, sinceAt: NOW - 720_000, lastWrittenAt: null, timeoutMs: 60_000, backlog: 3_200 },
    };
    const nameless = { ...held, partition: 1, transactionalId: null, backlog: 1, hung: true };
    const transactions = [{ ...held, hung: true }, nameless, { ...held, partition: 2, hung: false }];
    expect(findingsOf({ ...quiet, transactions })).toEqual([
      {
        ...{ tone: "critical", feature: "topics", subject: "orders" },
        sentence:
          "A hung transaction of producer 12 (id orders-tx) holds back 3,200 records of orders p 0 for 12 m.",
      },
      {
        ...{ tone: "critical", feature: "topics", subject: "orders" },
        sentence: "A hung transaction of producer 12 holds back 1 record of orders p 1 for 12 m.",
      },
    ]);
  });
  test("the worst comes first, within a tone as it was given", () => {
    const group = { reason: "Because.", lag: 1_204, timeLagMs: 252_000, drainsInMs: null };
    const findings = findingsOf({
      ...quiet,
      brokers: [{ ...broker, missingSinceAt: NOW - 8_000 }],
      topics: [{ name: "orders", leaderless: 0, underReplicated: 2 }],
      groups: [
        { id: "a", verdict: "stall", ...group },
        { id: "b", verdict: "warn", ...group },
      ],
      failures: [{ subject: "broker 3", reason: "It is gone." }],
    });
    expect(findings.map((each) => [each.tone, each.feature, each.subject])).toEqual([
      ["critical", "brokers", "3"],
      ["critical", "groups", "a"],
      ["warning", "topics", "orders"],
      ["warning", "groups", "b"],
      ["notice", "clusters", "demo"],
    ]);
    expect(findings[1]?.sentence).toBe("a is 1,204 records, 4 m 12 s behind. Because.");
  });
  test("a topic without a leader says what that means", () => {
    const [finding] = findingsOf({
      ...quiet,
      topics: [{ name: "orders", leaderless: 1, underReplicated: 1 }],
    });
    expect(finding?.sentence).toBe("orders has no leader on 1 partition: nobody can write or read there.");
  });
  const behind = {
    id: "a",
    verdict: "ok",
    reason: "Works.",
    lag: 469,
    timeLagMs: 67_000,
    drainsInMs: null,
  } as const;
  test.each([
    ["a healthy group that is a minute behind and does not gain is a notice", behind, ["notice"]],
    ["one that gains is not", { ...behind, drainsInMs: 90_000 }, []],
    ["one that is seconds behind is not", { ...behind, timeLagMs: 4_000 }, []],
    ["one whose time lag is unknown is not", { ...behind, timeLagMs: null }, []],
    ["one that cannot be judged yet is not", { ...behind, verdict: "unknown" as const }, []],
  ])("%s", (_, group, tones) => {
    expect(findingsOf({ ...quiet, groups: [group] }).map(({ tone }) => tone)).toEqual(tones);
  });
});
