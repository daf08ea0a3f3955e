import { describe, expect, it } from "vitest";
import { readToken, writeToken } from "#lib/adapters/kafka/search/search-token.ts";
import { TimeMerge } from "#lib/adapters/kafka/search/time-merge.ts";
import { SEARCH_LIMITS, type RecordSearch } from "#lib/domain/records/record-search.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

const record = (partition: number, at: number): ShownRecord => ({
  ...{ topic: "t", topicId: "id", partition, offset: BigInt(at), at, stampedBy: "producer", sizeBytes: 1 },
  ...{ transactional: false, key: null, value: null, headers: [], masked: [] },
});

function drain(merge: TimeMerge, nowMs: number, all = false): number[] {
  const found: number[] = [];
  for (let next = merge.next(nowMs, all); next !== null; next = merge.next(nowMs, all))
    found.push(next.at ?? -1);
  return found;
}

describe("TimeMerge", () => {
  it("holds a record back until the other partitions are read past its time", () => {
    const merge = new TimeMerge();
    merge.open("a");
    merge.open("b");
    merge.add("a", { record: record(0, 10), size: 1, nowMs: 0 });
    merge.add("a", { record: record(0, 30), size: 1, nowMs: 0 });
    expect(drain(merge, 1)).toEqual([]);
    expect(merge.firstWaiting("a")).toBe(10n);
    merge.reach("b", 20);
    expect(drain(merge, 2)).toEqual([10]);
    merge.add("b", { record: record(1, 25), size: 1, nowMs: 2 });
    expect(drain(merge, 3)).toEqual([25]);
    merge.close("b");
    expect(drain(merge, 4)).toEqual([30]);
    expect(merge.firstWaiting("a")).toBeNull();
  });

  it("holds none back for longer than half a second", () => {
    const merge = new TimeMerge();
    merge.open("a");
    merge.open("b");
    merge.add("a", { record: record(0, 10), size: 1, nowMs: 0 });
    expect(drain(merge, 499)).toEqual([]);
    expect(drain(merge, 500)).toEqual([10]);
  });

  it("holds back no more than a thousand, nor 16 MB", () => {
    const merge = new TimeMerge();
    merge.open("a");
    merge.open("b");
    for (let at = 0; at < 1_100; at += 1) merge.add("a", { record: record(0, at), size: 1, nowMs: 0 });
    expect(drain(merge, 1)).toHaveLength(100);
    merge.add("a", { record: record(0, 2_000), size: 17 * 1024 * 1024, nowMs: 1 });
    expect(drain(merge, 2)).toHaveLength(1_001);
  });

  it("keeps the order of offsets within a partition whose times go back", () => {
    const merge = new TimeMerge();
    for (const at of [5, 3, 4]) merge.add("a", { record: record(0, at), size: 1, nowMs: 0 });
    expect(drain(merge, 1, true)).toEqual([5, 3, 4]);
  });
});

describe("the token of a search", () => {
  const question: RecordSearch = {
    topics: ["b", "a"],
    partitions: null,
    start: { kind: "offset", offset: 5n },
    end: { kind: "end" },
    terms: [{ kind: "key", key: "k" }],
    limits: SEARCH_LIMITS.usual,
    isolation: "read_committed",
    keyDecoder: "auto",
    valueDecoder: "auto",
    token: null,
  };
  const left = [
    {
      topic: "a",
      topicId: "x",
      partition: 3,
      fromOffset: 1n,
      nextOffset: 9007199254740993n,
      toOffset: 9007199254740994n,
    },
  ];
  const token = writeToken(question, left);

  it("tells what is left", () => {
    expect(readToken({ ...question, token })).toEqual(left);
    expect(readToken(question)).toBeNull();
  });

  it("is good with other limits and decoders, and for topics in another order", () => {
    const other = {
      ...question,
      token,
      limits: SEARCH_LIMITS.greatest,
      valueDecoder: "hex",
      topics: ["a", "b"],
    } as const;
    expect(readToken({ ...other, topics: [...other.topics] })).toEqual(left);
  });

  it.each<[string, Partial<RecordSearch>]>([
    ["another topic", { topics: ["a"] }],
    ["another start", { start: { kind: "offset", offset: 6n } }],
    ["another term", { terms: [] }],
    ["another isolation", { isolation: "read_uncommitted" }],
    ["half of it", { token: token.slice(0, token.length / 2) }],
    ["no token", { token: "e30" }],
    [
      "offsets that are none",
      { token: Buffer.from(JSON.stringify([1, "x", [["a", "x", 0, "-1", "0", "0"]]])).toString("base64url") },
    ],
  ])("is refused with %s", (_, changed) => {
    expect(() => readToken({ ...question, token, ...changed })).toThrow("another search");
  });
});
