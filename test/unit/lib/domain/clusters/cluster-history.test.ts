import { expect, test } from "vitest";
import { clusterHistory } from "#lib/domain/clusters/cluster-history.ts";
import type { GroupSample } from "#lib/domain/groups/group-history.ts";

const MINUTE = 60_000;
const sample = (at: number, topic: string, lag: number | null): GroupSample => ({
  ...{ at, topic, topicId: topic, lag },
  ...{ committed: 1, ended: 1, known: 1 },
});
const totals = [1, 2, 3, 4].map((minute) => ({
  at: minute * MINUTE,
  ...{ produceRate: minute, consumeRate: null, lag: null },
}));

test("a group's lag is the sum over its topics, also where a slot's last sweep missed one of them", () => {
  const samples = [
    sample(MINUTE, "orders", 5),
    sample(MINUTE, "audit", 2),
    sample(2 * MINUTE - 10_000, "audit", 3),
    sample(2 * MINUTE, "orders", 6),
    sample(4 * MINUTE - 20_000, "orders", null),
    sample(4 * MINUTE, "audit", 1),
  ];
  const range = { fromAt: 0, toAt: 5 * MINUTE, points: 500 };
  const history = clusterHistory(totals, [{ group: "payments", samples }], range);
  expect(history.at).toEqual(totals.map(({ at }) => at));
  expect(history.groups).toEqual([{ group: "payments", lag: [7, 9, null, null] }]);
  expect(history.produceRate).toEqual([1, 2, 3, 4]);
});
