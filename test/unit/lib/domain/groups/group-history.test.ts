import { describe, expect, test } from "vitest";
import { clusterHistory } from "#lib/domain/clusters/cluster-history.ts";
import { groupHistory, type GroupSample } from "#lib/domain/groups/group-history.ts";
import { topicHistory } from "#lib/domain/topics/topic-history.ts";

const BEAT = 10_000;
const range = { fromAt: 0, toAt: 10 * BEAT, points: 100 };
const sample = (beat: number, change: Partial<GroupSample> = {}): GroupSample => ({
  at: beat * BEAT,
  topic: "orders",
  topicId: "a",
  lag: 10,
  committed: beat * 100,
  ended: beat * 100 + 10,
  known: 1,
  ...change,
});

describe("groupHistory", () => {
  test("draws lag by topic and the rates of all topics together", () => {
    const samples = [0, 1, 2].flatMap((beat) => [
      sample(beat),
      sample(beat, { topic: "refunds", topicId: "b", lag: beat }),
    ]);
    const { at, series, commitRate, endRate } = groupHistory(samples, range);
    expect(at).toEqual([0, BEAT, 2 * BEAT]);
    expect(series).toEqual([
      { topic: "orders", lag: [10, 10, 10] },
      { topic: "refunds", lag: [0, 1, 2] },
    ]);
    expect([commitRate, endRate]).toEqual([
      [null, 20, 20],
      [null, 20, 20],
    ]);
  });
  test("a gap in the samples is a gap in the history, and no rate is told across it", () => {
    const { at, series, commitRate } = groupHistory([sample(0), sample(1), sample(8)], range);
    expect(at).toEqual([0, BEAT, 4.5 * BEAT, 8 * BEAT]);
    expect(series[0]?.lag).toEqual([10, 10, null, 10]);
    expect(commitRate).toEqual([null, 10, null, null]);
  });
  test("a topic that was made anew goes on in its line without a rate between the two", () => {
    const samples = [sample(0), sample(1), sample(2, { topicId: "b", committed: 5, ended: 6 })];
    const { series, commitRate, endRate } = groupHistory(samples, range);
    expect(series).toHaveLength(1);
    expect([commitRate, endRate]).toEqual([
      [null, 10, null],
      [null, 10, null],
    ]);
  });
  test("a rewind is a rate of 0, never a negative one", () => {
    expect(groupHistory([sample(5), sample(6, { committed: 0 })], range).commitRate).toEqual([null, 0]);
  });
  test("a new partition's first commit is no burst", () => {
    expect(groupHistory([sample(5), sample(6, { committed: 90_000, known: 2 })], range).commitRate).toEqual([
      null,
      null,
    ]);
  });
  test("a sweep whose end is missing has no lag", () => {
    const { series } = groupHistory([sample(5), sample(6, { lag: null, ended: null }), sample(7)], range);
    expect(series[0]?.lag).toEqual([10, null, 10]);
  });
  test("of nothing is empty", () => {
    expect(groupHistory([], range)).toMatchObject({ at: [], series: [], commitRate: [], endRate: [] });
  });
});

test("topicHistory draws the append rate and no burst when partitions are added", () => {
  const samples = [0, 1, 2].map((beat) => ({
    at: beat * BEAT,
    topicId: "a",
    ended: beat * 50,
    known: beat < 2 ? 1 : 2,
  }));
  expect(topicHistory(samples, range).produceRate).toEqual([null, 5, null]);
});

test("clusterHistory aligns groups with the sweeps of the cluster", () => {
  const totals = [0, 1].map((beat) => ({ at: beat * BEAT, produceRate: 2, consumeRate: 1, lag: 30 }));
  const groups = [
    { group: "payments", samples: [sample(1), sample(1, { topic: "refunds", topicId: "b", lag: 7 })] },
  ];
  const history = clusterHistory(totals, groups, range);
  expect(history.groups).toEqual([{ group: "payments", lag: [null, 17] }]);
  expect([history.produceRate, history.consumeRate]).toEqual([
    [2, 2],
    [1, 1],
  ]);
});
