import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entryOf, ledgerRecordOf } from "#lib/adapters/kafka/copy/ledger-record.ts";
import { LEDGER_TOPIC, ledgerPartitionOf, type LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";

const JOB = "0199e1a0-0000-7000-8000-000000000001";
const entry: LedgerEntry = {
  ...{ job: JOB, range: null, from: 0n, to: 12n, skipped: [1n, 2n, 3n, 7n, 9n, 10n] },
  targets: [{ topic: "a.b.c", partition: 3, baseOffset: 9_007_199_254_740_993n, count: 6 }],
};

test("an entry is a record of its job's partition, its key the job, its numbers text", () => {
  const { topic, partition, key, value, timestamp } = ledgerRecordOf(entry, 5);
  expect({ topic, partition, key: key?.toString(), timestamp }).toEqual({
    ...{ topic: LEDGER_TOPIC, partition: ledgerPartitionOf(JOB), key: JOB, timestamp: 5n },
  });
  expect(JSON.parse(value?.toString() ?? "")).toEqual({
    ...{ job: JOB, range: null, from: "0", to: "12", skipped: ["1-3", "7", "9-10"] },
    targets: [{ topic: "a.b.c", partition: 3, baseOffset: "9007199254740993", count: 6 }],
  });
});

test("any entry comes back as it was", () => {
  const positions = fc
    .uniqueArray(fc.bigInt(0n, 200n), { maxLength: 80 })
    .map((some) => some.sort((a, b) => (a < b ? -1 : 1)));
  fc.assert(
    fc.property(positions, fc.option(fc.nat(), { nil: null }), (skipped, range) => {
      const some = { ...entry, skipped, range };
      expect(entryOf(ledgerRecordOf(some, 0).value, "here")).toEqual(some);
    }),
  );
});

test("a million skipped positions in a row take a few bytes", () => {
  const skipped = Array.from({ length: 1_000_000 }, (_, n) => BigInt(n));
  expect(ledgerRecordOf({ ...entry, skipped }, 0).value?.length).toBeLessThan(400);
});

describe("what is no entry is not passed over", () => {
  test.each([
    ["no value", null],
    ["no JSON", "{"],
    ["another shape", "{}"],
    [
      "a number that is none",
      JSON.stringify({ ...{ job: JOB, range: null, from: "x", to: "1" }, skipped: [], targets: [] }),
    ],
  ])("%s", (_, text) => {
    expect(() => entryOf(text === null ? null : Buffer.from(text), "there")).toThrow(
      expect.objectContaining({
        kind: "garbage",
        message: expect.stringContaining("there") as string,
      }) as Error,
    );
  });
});
