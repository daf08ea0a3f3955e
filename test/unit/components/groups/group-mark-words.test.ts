import { describe, expect, it } from "vitest";

import { groupMarks, type MarkFacts } from "#components/groups/group-mark-words.ts";

const DAY = 86_400_000;
const QUIET: MarkFacts = { rebalances: 0, hotPartition: null, offsetsExpireAt: null, observedAt: 0 };
const marks = (facts: Partial<MarkFacts>) =>
  groupMarks({ ...QUIET, ...facts }).map(({ kind, tone }) => `${kind} ${tone}`);

describe("the marks of a group", () => {
  it.each([
    ["a quiet group has none", {}, []],
    ["a deploy is no churn", { rebalances: 2 }, []],
    ["churn", { rebalances: 3 }, ["churn notice"]],
    ["a hot partition", { hotPartition: { topic: "t", partition: 3, lag: 900 } }, ["hot warning"]],
    ["commits that expire some day", { offsetsExpireAt: 6 * DAY }, ["expiry neutral"]],
    ["commits that expire within a day", { offsetsExpireAt: DAY }, ["expiry warning"]],
  ] as const)("%s", (_, facts, expected) => {
    expect(marks(facts)).toEqual(expected);
  });

  it.each([
    [{ rebalances: 5 }, "5 rebalances in the last hour: its members come and go."],
    [
      { hotPartition: { topic: "orders", partition: 3, lag: 18_204 } },
      "Hot partition: orders 3 holds 18,204 records, far more than the others.",
    ],
    [
      { offsetsExpireAt: 2 * DAY },
      "Without members: Kafka deletes its first commits in 2 d, not after 3 Jan 1970, 00:00:00.000 UTC.",
    ],
    [{ offsetsExpireAt: -1 }, "Without members: Kafka may delete its commits any moment."],
  ])("%j says it in words", (facts, words) => {
    expect(groupMarks({ ...QUIET, ...facts })[0]?.words).toBe(words);
  });
});
