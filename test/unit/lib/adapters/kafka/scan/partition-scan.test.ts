import { describe, expect, test } from "vitest";
import { PartitionScan } from "#lib/adapters/kafka/scan/partition-scan.ts";

const plan = { topic: "t", topicId: "id", partition: 3, fromOffset: 100n, toOffset: 400n };

/** Asks until the scan is past the broken place; what is readable is told by `batchAt`. */
function goAround(batchAt: (offset: number) => { firstOffset: number } | null): {
  scan: PartitionScan;
  asked: number[];
} {
  const scan = new PartitionScan(plan, undefined);
  const asked: number[] = [];
  do {
    const offset = Number(scan.fetchOffset);
    asked.push(offset);
    const batch = batchAt(offset);
    if (batch === null) scan.passOver("it is broken");
    else scan.readable(BigInt(batch.firstOffset));
  } while (scan.probing && asked.length < 100);
  return { scan, asked };
}

describe("going around a place that cannot be framed", () => {
  test.each<{ name: string; broken: [number, number]; batchSize: number }>([
    { name: "one offset", broken: [100, 101], batchSize: 1 },
    { name: "a batch of ten", broken: [100, 110], batchSize: 10 },
    { name: "an odd stretch", broken: [100, 177], batchSize: 7 },
    { name: "a long stretch", broken: [100, 395], batchSize: 5 },
  ])("$name is told exactly, and read on behind", ({ broken: [from, to], batchSize }) => {
    const { scan, asked } = goAround((offset) =>
      offset < to ? null : { firstOffset: to + Math.floor((offset - to) / batchSize) * batchSize },
    );
    expect([scan.fetchOffset, scan.nextOffset]).toEqual([BigInt(to), BigInt(to)]);
    expect(scan.outcome().failures).toMatchObject([
      { kind: "unreadable", fromOffset: BigInt(from), toOffset: BigInt(to) },
    ]);
    expect(asked.length).toBeLessThan(25);
  });

  test("a batch that the broker finds by its last offset alone is taken whole", () => {
    // Offsets 110 to 119 are one batch, and only 119 leads to it.
    const { scan } = goAround((offset) =>
      offset < 119 ? null : { firstOffset: offset < 120 ? 110 : offset },
    );
    expect([scan.fetchOffset, scan.nextOffset]).toEqual([119n, 110n]);
    expect(scan.outcome().failures).toMatchObject([{ fromOffset: 100n, toOffset: 110n }]);
  });

  test("where nothing behind can be read, the partition ends and all of it is told", () => {
    const { scan } = goAround(() => null);
    expect(scan.open).toBe(false);
    expect(scan.outcome()).toMatchObject({ done: true, nextOffset: 400n });
    expect(scan.outcome().failures).toMatchObject([{ fromOffset: 100n, toOffset: 400n }]);
  });
});

test("an outcome keeps a hundred failures; the handler is told of each", () => {
  let told = 0;
  const scan = new PartitionScan(plan, () => (told += 1));
  for (let n = 0; n < 250; n += 1) scan.tell("unreadable", 100n, { toOffset: 101n, why: "it is broken" });
  expect([told, scan.outcome().failures.length]).toEqual([250, 100]);
  expect(scan.outcome().failures[0]?.reason).toBe("topic t 3, offset 100: it is broken.");
});
