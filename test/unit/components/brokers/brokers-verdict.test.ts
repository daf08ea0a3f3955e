import { describe, expect, it } from "vitest";
import { brokersVerdict, byTrouble } from "#components/brokers/brokers-verdict.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

const broker = (id: number, over: Partial<BrokerRow> = {}): BrokerRow => ({
  id,
  host: "kafka",
  port: 9092,
  rack: null,
  controller: false,
  leaderCount: 10,
  replicaCount: 20,
  underReplicatedCount: 0,
  sizeBytes: null,
  missingSinceAt: null,
  observedAt: 0,
  ...over,
});

describe("the verdict of the brokers", () => {
  it("puts the broker that is missing longest first, and since when", () => {
    const brokers = [broker(1, { missingSinceAt: 5_000 }), broker(2, { missingSinceAt: 2_000 }), broker(3)];
    expect(brokersVerdict(brokers)).toEqual({
      tone: "critical",
      sentence: "2 of 3 brokers are missing, broker 2 the longest; it was last in the metadata",
      sinceAt: 2_000,
    });
  });
  it("counts under-replicated partitions and names their leaders", () => {
    const brokers = [
      broker(1, { underReplicatedCount: 3 }),
      broker(2),
      broker(3, { underReplicatedCount: 1 }),
    ];
    expect(brokersVerdict(brokers)).toMatchObject({
      tone: "warning",
      sentence: "4 partitions are under-replicated, led by brokers 1, 3.",
    });
  });
  it("is well when all are there and in sync", () => {
    expect(brokersVerdict([broker(1)])).toMatchObject({
      tone: "ok",
      sentence: "The one broker is there and every replica is in sync.",
    });
  });
  it("does not call an empty list well", () => {
    expect(brokersVerdict([])).toMatchObject({ tone: "neutral", sentence: "No broker was seen yet." });
  });
  it("sorts the missing first, then the under-replicated, then by id", () => {
    const sorted = [
      broker(1),
      broker(4, { underReplicatedCount: 2 }),
      broker(2),
      broker(3, { missingSinceAt: 1 }),
    ].sort(byTrouble);
    expect(sorted.map(({ id }) => id)).toEqual([3, 4, 1, 2]);
  });
});
