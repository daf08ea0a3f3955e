import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";

const contents = (window: OffsetWindow): [number, ...(bigint | null)[]][] =>
  Array.from({ length: window.length }, (_, index) => [
    window.atOf(index),
    ...Array.from({ length: window.partitions }, (_, partition) => window.valueOf(index, partition)),
  ]);

describe("OffsetWindow", () => {
  test("keeps the newest samples, also when partitions are added on the way", () => {
    const window = new OffsetWindow(3);
    window.push(1, [1n]);
    window.push(2, [2n]);
    window.push(3, [3n, null]);
    window.push(4, [4n, 40n]);
    expect(contents(window)).toEqual([
      [2, 2n, null],
      [3, 3n, null],
      [4, 4n, 40n],
    ]);
  });
  test("drops a sample that is not younger than the last one", () => {
    const window = new OffsetWindow(3);
    window.push(5, [1n]);
    expect(window.push(5, [9n])).toBe(false);
    expect(window.push(4, [9n])).toBe(false);
    expect(contents(window)).toEqual([[5, 1n]]);
  });
  test("tells when an offset moved; a first offset is no move", () => {
    const window = new OffsetWindow(3);
    expect(window.push(1, [1n, null])).toBe(false);
    expect(window.push(2, [1n, 7n])).toBe(false);
    expect(window.push(3, [2n, 7n])).toBe(true);
    expect([window.movedAt(0), window.movedAt(1)]).toEqual([3, null]);
  });
  test("recalls moves that lie before its samples", () => {
    const window = new OffsetWindow(3);
    window.recallMoves([500, null]);
    window.push(1_000, [1n, 1n]);
    expect([window.movedAt(0), window.movedAt(1)]).toEqual([500, null]);
  });
  test("finds the first sample at or after an instant", () => {
    const window = new OffsetWindow(5);
    for (const at of [10, 20, 30]) window.push(at, [1n]);
    expect([5, 10, 11, 30, 31].map((at) => window.indexFrom(at))).toEqual([0, 0, 1, 2, 3]);
  });
  test("holds what an array would hold", () => {
    const offset = fc.option(fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.array(offset, { maxLength: 4 }), { maxLength: 100 }),
        (limit, rows) => {
          const window = new OffsetWindow(limit);
          rows.forEach((row, at) => window.push(at, row));
          const kept = rows.map((row, at) => ({ at, row })).slice(-limit);
          expect(window.length).toBe(kept.length);
          kept.forEach(({ at, row }, index) => {
            expect(window.atOf(index)).toBe(at);
            row.forEach((value, partition) => expect(window.valueOf(index, partition)).toBe(value));
          });
        },
      ),
    );
  });
});
