import { describe, expect, test } from "vitest";
import { heldBack } from "#lib/adapters/kafka/held-back.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedTopic } from "#lib/domain/sweep/observation.ts";

const topic = (
  name: string,
  ends: (bigint | null)[],
  leaderId: number | null = 1,
): [string, ObservedTopic] => [
  name,
  {
    ...{ name, topicId: null, internal: false, ends },
    partitions: ends.map(() => ({ leaderId, replicaIds: [1], isrIds: [1] })),
  },
];

const cases: {
  name: string;
  ends: (bigint | null)[];
  stables: (bigint | null)[];
  still?: (bigint | null)[];
  leaderId?: number | null;
  asked: number[];
}[] = [
  { name: "level partitions are not asked about", ends: [5n, 5n], stables: [5n, 5n], asked: [] },
  { name: "the greatest backlog comes first", ends: [9n, 90n], stables: [5n, 5n], asked: [1, 0] },
  {
    name: "one that stands still comes before a greater backlog that moves",
    ...{ ends: [9n, 90n], stables: [5n, 5n], still: [5n, 1n], asked: [0, 1] },
  },
  {
    name: "what could not be read is passed over",
    ends: [9n, null, 9n],
    stables: [null, 5n, 5n],
    asked: [2],
  },
  { name: "nobody is asked where no leader is", ends: [9n], stables: [5n], leaderId: null, asked: [] },
  { name: "an end behind the last stable offset is no backlog", ends: [4n], stables: [5n], asked: [] },
];

describe("heldBack", () => {
  test.each(cases)("$name", ({ ends, stables, still = [], leaderId = 1, asked }) => {
    const failures: PartialFailure[] = [];
    const found = heldBack(new Map([["t", stables]]), {
      topics: new Map([topic("t", ends, leaderId)]),
      still: new Map([["t", still]]),
      failures,
    });
    expect(found.map((each) => each.partition)).toEqual(asked);
    expect(failures).toEqual([]);
  });

  const many = Array.from({ length: 150 }, () => 9n);
  const low = many.map(() => 5n);
  test("of more than 100 that stand still the rest is told of", () => {
    const failures: PartialFailure[] = [];
    const topics = new Map([topic("t", many)]);
    const stables = new Map([["t", low]]);
    expect(heldBack(stables, { topics, still: stables, failures })).toHaveLength(100);
    expect(failures).toEqual([
      {
        subject: "open transactions",
        reason: "Only 100 of 150 partitions that are held back were asked about.",
      },
    ]);
  });
  test("more than 100 that were written to between the two readings are nothing to tell of", () => {
    const failures: PartialFailure[] = [];
    const topics = new Map([topic("t", many)]);
    expect(heldBack(new Map([["t", low]]), { topics, still: new Map(), failures })).toHaveLength(100);
    expect(failures).toEqual([]);
  });
});
