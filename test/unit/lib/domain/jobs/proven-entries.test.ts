import { expect, test } from "vitest";
import type { LedgerEntry, LedgerWriter } from "#lib/domain/jobs/ledger-entry.ts";
import { ledgeredRuns, provenEntries } from "#lib/domain/jobs/recovery.ts";

const entry = (
  positions: [number, number],
  by?: [epoch: number, recovery: number],
  more: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  ...{ job: "j", range: null, skipped: [], targets: [] },
  ...{ from: BigInt(positions[0]), to: BigInt(positions[1]) },
  ...(by === undefined ? {} : { by: { epoch: by[0], recovery: by[1] } satisfies LedgerWriter }),
  ...more,
});

const spans = (entries: readonly LedgerEntry[]): string[] =>
  provenEntries(entries).map(({ from, to, by }) => `${from}-${to} by ${by?.epoch ?? "nobody"}`);

test("entries that follow one another prove what they tell, whoever wrote them", () => {
  const told = [entry([0, 20], [1, 1]), entry([20, 40], [1, 1]), entry([40, 50], [2, 1])];
  expect(provenEntries(told)).toEqual(told);
  expect(provenEntries([entry([0, 20]), entry([20, 40], [1, 1])])).toHaveLength(2);
});

test.each([
  ["before", [entry([0, 20], [1, 1]), entry([0, 15], [2, 1]), entry([15, 30], [2, 1])]],
  ["between", [entry([0, 15], [2, 1]), entry([0, 20], [1, 1]), entry([15, 30], [2, 1])]],
  ["behind", [entry([0, 15], [2, 1]), entry([15, 30], [2, 1]), entry([0, 20], [1, 1])]],
])("an entry of who had lost the job proves nothing %s those of the successor", (_, told) => {
  expect(spans(told)).toEqual(["0-15 by 2", "15-30 by 2"]);
});

test("what the successor had seen stays, and what came after it of the same writer does not", () => {
  const told = [entry([0, 20], [1, 1]), entry([20, 30], [2, 1]), entry([20, 40], [1, 1])];
  expect(spans(told)).toEqual(["0-20 by 1", "20-30 by 2"]);
});

test("a later recovery of the same holder is a successor too", () => {
  expect(spans([entry([0, 20], [3, 1]), entry([0, 10], [3, 2]), entry([10, 20], [3, 2])])).toHaveLength(2);
});

test("each range is judged alone", () => {
  const told = [entry([0, 20], [1, 1], { range: 0 }), entry([0, 20], [2, 1], { range: 1 })];
  expect(provenEntries(told)).toEqual(told);
});

test("the runs of a partition are those of its entries", () => {
  const at = (partition: number, baseOffset: bigint, count: number) => ({
    targets: [{ topic: "t", partition, baseOffset, count }],
  });
  const told = [entry([0, 1], [1, 1], at(0, 5n, 2)), entry([1, 2], [1, 1], at(1, 9n, 1))];
  expect(ledgeredRuns(told, { topic: "t", partition: 0 })).toEqual([{ baseOffset: 5n, count: 2 }]);
  expect(ledgeredRuns(told, { topic: "u", partition: 0 })).toEqual([]);
});
