import { describe, expect, it } from "vitest";
import { topicVerdict } from "#components/topics/topic-verdict.ts";
import { topicsVerdict } from "#components/topics/topics-verdict.ts";
import type { TopicDetail, TopicPartition, TopicReader } from "#lib/domain/topics/topic.ts";

const partition = (over: Partial<TopicPartition> = {}): TopicPartition => ({
  partition: 0,
  leaderId: 1,
  replicaIds: [1, 2, 3],
  isrIds: [1, 2, 3],
  start: 0n,
  end: 10n,
  sizeBytes: 100,
  ...over,
});
const reader = (group: string, over: Partial<TopicReader> = {}): TopicReader => ({
  group,
  lag: 0,
  timeLagMs: 0,
  verdict: "ok",
  reason: "",
  memberCount: 1,
  ...over,
});
const topic = (over: Partial<TopicDetail> = {}): TopicDetail => ({
  name: "order.order.created",
  topicId: null,
  role: "base",
  partitionCount: 2,
  replicationFactor: 3,
  recordsAtMost: 20,
  sizeBytes: 200,
  produceRate: 120,
  cleanupPolicy: "delete",
  retention: { state: "kept", ms: 604_800_000 },
  groupCount: 0,
  observedAt: 0,
  partitions: [partition(), partition({ partition: 1 })],
  configs: [],
  readers: [],
  openTransactions: [],
  ...over,
});

describe("the verdict of a topic", () => {
  it("puts a partition without a leader before everything else", () => {
    const partitions = [partition({ leaderId: null, isrIds: [] }), partition({ isrIds: [1] })];
    expect(topicVerdict(topic({ partitions, readers: [reader("a", { verdict: "stall" })] }), [])).toEqual({
      tone: "critical",
      sentence: "1 of 2 partitions has no leader: nothing can be written there or read from there.",
    });
  });
  it("names the brokers that are not in sync", () => {
    const partitions = [partition({ isrIds: [1, 3] }), partition({ isrIds: [1] })];
    expect(topicVerdict(topic({ partitions }), [])).toEqual({
      tone: "warning",
      sentence: "2 of 2 partitions are under-replicated: brokers 2, 3 are not in sync.",
    });
  });
  it("puts a hung transaction before readers, and leaves an open one alone", () => {
    const open: TopicDetail["openTransactions"][number] = {
      ...{ partition: 0, producerId: 12n, producerEpoch: 0, transactionalId: "orders-tx", startOffset: 4n },
      ...{ sinceAt: 0, lastWrittenAt: null, timeoutMs: 60_000, backlog: 3_200, hung: false },
    };
    const readers = [reader("payments", { verdict: "stall", lag: 5 })];
    const said = (openTransactions: TopicDetail["openTransactions"]) =>
      topicVerdict(topic({ readers, openTransactions }), []).sentence;
    expect(said([open])).toContain("payments is stuck");
    expect(said([open, { ...open, hung: true }])).toBe(
      "A hung transaction holds 3,200 records back from read_committed readers.",
    );
  });
  it("does not judge partitions that the broker did not tell of", () => {
    const unknown = { leaderId: null, replicaIds: [], isrIds: [] };
    const failures = [{ subject: "topic order.order.created", reason: "No broker answers." }];
    const verdict = topicVerdict(
      topic({ partitions: [partition(unknown)], readers: [reader("a")] }),
      failures,
    );
    expect(verdict).toEqual({ tone: "neutral", sentence: "a reads it and keeps up; 120/s arrive." });
  });
  it("says the worst reader and how many more are in trouble", () => {
    const readers = [
      reader("ledger"),
      reader("payments", { verdict: "warn", lag: 18_204 }),
      reader("audit", { verdict: "stall", lag: 3 }),
    ];
    expect(topicVerdict(topic({ readers }), [])).toEqual({
      tone: "critical",
      sentence: "audit is stuck: its commits do not move, 3 records behind; 1 more group is in trouble.",
    });
  });
  it("counts dead letters as at most: offsets cannot tell more", () => {
    expect(topicVerdict(topic({ role: "dead-letter", recordsAtMost: 37 }), []).sentence).toBe(
      "Holds 37 dead letters at most.",
    );
  });
  it("is good news for an empty dead-letter topic, and no news where the count is unknown", () => {
    expect(topicVerdict(topic({ role: "dead-letter", recordsAtMost: 0 }), []).tone).toBe("ok");
    expect(topicVerdict(topic({ role: "dead-letter", recordsAtMost: null }), []).tone).toBe("neutral");
  });
  it("is well only when every reader is judged and well", () => {
    expect(topicVerdict(topic({ readers: [reader("a"), reader("b")] }), [])).toEqual({
      tone: "ok",
      sentence: "2 groups read it and keep up; 120/s arrive.",
    });
    expect(topicVerdict(topic({ readers: [reader("a"), reader("b", { verdict: "unknown" })] }), [])).toEqual({
      tone: "neutral",
      sentence: "2 groups read it; 120/s arrive.",
    });
  });
  it("never reads an unknown rate as zero", () => {
    expect(topicVerdict(topic({ produceRate: null }), []).sentence).toBe(
      "No group reads it; its rate is not known yet.",
    );
  });
});

describe("the verdict of the list of topics", () => {
  const dlt = (name: string, recordsAtMost: number | null) =>
    topic({ name, role: "dead-letter", recordsAtMost });
  it("waits for both answers", () => {
    expect(topicsVerdict(undefined, 3)).toBeUndefined();
    expect(topicsVerdict([], undefined)).toBeUndefined();
  });
  it.each([
    ["no topic", [], 0, "No topics yet."],
    ["no dead-letter topic", [], 3, "No dead-letter topics."],
    ["empty ones", [dlt("a.dlt", 0)], 3, "All dead-letter topics are empty."],
    ["one with a record", [dlt("a.dlt", 1), dlt("b.dlt", 0)], 3, "a.dlt holds 1 record at most."],
    [
      "several",
      [dlt("a.dlt", 1_200), dlt("b.dlt", 2)],
      3,
      "2 dead-letter topics hold records; a.dlt holds the most, 1,200 records at most.",
    ],
  ])("%s", (...[, dead, count, sentence]) => {
    expect(topicsVerdict(dead, count)?.sentence).toBe(sentence);
  });
  it("does not call a topic of unknown size empty", () => {
    expect(topicsVerdict([dlt("a.dlt", null), dlt("b.dlt", 0)], 3)).toEqual({
      tone: "neutral",
      sentence: "What 1 dead-letter topic holds is not known yet; no other holds records.",
    });
  });
});
