import { describe, expect, test } from "vitest";
import type { Tail } from "#lib/domain/sweep/observation.ts";
import { TailBook } from "#lib/domain/sweep/tail-book.ts";

const tail = (from: bigint, to: bigint): Tail => ({ topic: "t", topicId: "id", partition: 0, from, to });

describe("TailBook", () => {
  test("asks for a tail that stood for two sweeps, once", () => {
    const book = new TailBook();
    expect(book.recordsLeft(tail(9n, 10n))).toBeNull();
    expect(book.turn()).toEqual([]);
    book.recordsLeft(tail(9n, 10n));
    expect(book.turn()).toEqual([tail(9n, 10n)]);
    book.learn([{ ...tail(9n, 10n), records: 0 }]);
    expect(book.recordsLeft(tail(9n, 10n))).toBe(0);
    expect(book.turn()).toEqual([]);
  });

  test("a tail that moved is another one, and what nobody stands at is forgotten", () => {
    const book = new TailBook();
    book.recordsLeft(tail(9n, 10n));
    book.turn();
    book.learn([{ ...tail(9n, 10n), records: 0 }]);
    expect(book.recordsLeft(tail(9n, 11n))).toBeNull();
    expect(book.turn()).toEqual([]);
    expect(book.recordsLeft(tail(9n, 10n))).toBeNull();
  });

  test("a tail that could not be counted is asked for again, not at every sweep", () => {
    const book = new TailBook();
    const asked = Array.from({ length: 16 }, () => {
      book.recordsLeft(tail(9n, 10n));
      return book.turn().length;
    });
    expect(asked).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("more than a hundred records are never taken for markers", () => {
    const book = new TailBook();
    for (let sweep = 0; sweep < 3; sweep += 1) {
      expect(book.recordsLeft(tail(0n, 101n))).toBeNull();
      expect(book.turn()).toEqual([]);
    }
  });
});
