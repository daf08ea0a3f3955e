import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PartitionQueue, type Entry } from "#kit/partition-queue.ts";
import type { RawRecord } from "#kit/raw-record.ts";

function record(offset: number, key: string | null): RawRecord {
  return {
    topic: "a.b.c",
    partition: 0,
    offset: BigInt(offset),
    timestampAt: 0,
    key: key === null ? null : Buffer.from(key),
    value: null,
    headers: {},
  };
}

const keys = fc.array(fc.constantFrom("a", "b", "c", null), { minLength: 1, maxLength: 60 });

describe("PartitionQueue", () => {
  it("hands every record out once, a key's records one at a time and in order, and commits only without a gap", () => {
    fc.assert(
      fc.property(keys, fc.infiniteStream(fc.nat(1000)), (lanes, choices) => {
        const queue = new PartitionQueue();
        queue.add(
          lanes.map((key, offset) => record(offset, key)),
          BigInt(lanes.length),
        );
        const running: Entry[] = [];
        const done = new Set<number>();
        const lastOfKey = new Map<string, number>();
        while (queue.open > 0) {
          const choice = choices.next().value as number;
          const taken = choice % 3 !== 0 || running.length === 0 ? queue.take() : undefined;
          if (taken) {
            const key = taken.record.key?.toString();
            if (key !== undefined)
              expect(running.some((one) => one.record.key?.toString() === key)).toBe(false);
            running.push(taken);
            continue;
          }
          const [entry] = running.splice(choice % running.length, 1);
          if (choice % 5 === 0) {
            queue.putBack(entry!);
            continue;
          }
          const offset = Number(entry!.record.offset);
          const key = entry!.record.key?.toString();
          if (key !== undefined) {
            expect(offset).toBeGreaterThan(lastOfKey.get(key) ?? -1);
            lastOfKey.set(key, offset);
          }
          queue.finish(entry!);
          done.add(offset);
          let prefix = 0;
          while (done.has(prefix)) prefix++;
          expect(queue.committable() ?? 0n).toBe(BigInt(prefix));
        }
        expect(done.size).toBe(lanes.length);
      }),
    );
  });

  it("leaves out what a fetch repeats after a rebalance, and goes past a transaction marker at the end", () => {
    const queue = new PartitionQueue();
    queue.add([record(10, "a"), record(11, "b")], 12n);
    queue.add([record(10, "a"), record(11, "b"), record(12, "c")], 14n);
    expect(queue.open).toBe(3);
    for (let entry = queue.take(); entry; entry = queue.take()) queue.finish(entry);
    expect(queue.committable()).toBe(14n);
    queue.confirm(14n);
    expect(queue.committable()).toBeUndefined();
  });

  it("tells offsets that were set back from a repeated fetch", () => {
    const queue = new PartitionQueue();
    queue.add([record(10, "a"), record(11, "a")], 12n);
    queue.finish(queue.take()!);
    queue.confirm(11n);
    expect(queue.isRewind(11n)).toBe(false);
    expect(queue.isRewind(12n)).toBe(false);
    expect(queue.isRewind(4n)).toBe(true);
  });
});
