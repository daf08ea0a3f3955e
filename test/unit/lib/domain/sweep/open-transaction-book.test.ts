import { describe, expect, test } from "vitest";
import type { ObservedTopic, ObservedTransaction } from "#lib/domain/sweep/observation.ts";
import { isHung, OpenTransactionBook, type HangInput } from "#lib/domain/sweep/open-transaction-book.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";

const BEAT_MS = 20_000;
const MINUTE_MS = 60_000;

const hanging: HangInput = {
  stillBeats: 2,
  backlog: 5,
  holds: true,
  ageMs: MINUTE_MS + 1,
  timeoutMs: MINUTE_MS,
};
const cases: [name: string, change: Partial<HangInput>, hung: boolean][] = [
  ["still for two beats and older than its timeout: hung", {}, true],
  ["still for one beat only: not yet", { stillBeats: 1 }, false],
  ["as old as its timeout: its coordinator may abort it yet", { ageMs: MINUTE_MS }, false],
  ["nothing behind it: it holds nobody back", { backlog: 0 }, false],
  ["behind another transaction: not what holds", { holds: false }, false],
  ["a timeout that nobody knows is the greatest, 15 minutes", { timeoutMs: null }, false],
  ["a timeout that nobody knows, and older than 15 minutes", { timeoutMs: null, ageMs: 901_000 }, true],
];

describe("isHung", () => {
  test.each(cases)("%s", (_, change, hung) => {
    expect(isHung({ ...hanging, ...change })).toBe(hung);
  });
});

const observed: ObservedTransaction = {
  topic: "orders",
  partition: 0,
  producerId: 12n,
  producerEpoch: 3,
  transactionalId: "orders-tx",
  startOffset: 100n,
  lastWrittenAt: 5,
  startedAt: 0,
  timeoutMs: 30_000,
};
const orders = (end: bigint): Map<string, ObservedTopic> =>
  new Map([["orders", { name: "orders", topicId: null, internal: false, partitions: [], ends: [end] }]]);

/** One beat after another: each with a last stable offset, an end and what is open. */
const follow = (
  book: OpenTransactionBook,
  beats: { stable: bigint; end: bigint; open?: ObservedTransaction[] }[],
  fromAt = 0,
): (OpenTransaction[] | null)[] =>
  beats.map(({ stable, end, open = [observed] }, index) =>
    book.record({
      at: fromAt + index * BEAT_MS,
      topics: orders(end),
      stables: new Map([["orders", [stable]]]),
      transactions: open,
    }),
  );
const hungAt = (beats: (OpenTransaction[] | null)[]): boolean[] =>
  beats.map((each) => each?.some(({ hung }) => hung) ?? false);

describe("an OpenTransactionBook", () => {
  test("tells a transaction with its age and what it holds back, and that it hangs when it does", () => {
    const beats = follow(new OpenTransactionBook(), [
      { stable: 100n, end: 103n },
      { stable: 100n, end: 160n },
      { stable: 100n, end: 300n },
    ]);
    expect(hungAt(beats)).toEqual([false, false, true]);
    expect(beats[2]).toEqual([
      {
        ...{ topic: "orders", partition: 0, producerId: 12n, producerEpoch: 3 },
        ...{ transactionalId: "orders-tx", startOffset: 100n, sinceAt: 0, lastWrittenAt: 5 },
        ...{ timeoutMs: 30_000, backlog: 200, hung: true },
      },
    ]);
  });
  test("begins to count anew when the last stable offset moves", () => {
    const later = { ...observed, startOffset: 150n };
    const beats = follow(new OpenTransactionBook(), [
      { stable: 100n, end: 200n },
      { stable: 100n, end: 200n },
      { stable: 150n, end: 200n, open: [later] },
      { stable: 150n, end: 200n, open: [later] },
      { stable: 150n, end: 200n, open: [later] },
    ]);
    expect(hungAt(beats)).toEqual([false, false, false, false, true]);
  });
  test("counts the age from its first sight where no coordinator knows the transaction", () => {
    const nameless = { ...observed, transactionalId: null, startedAt: null };
    const beats = follow(
      new OpenTransactionBook(),
      Array.from({ length: 3 }, () => ({ stable: 100n, end: 110n, open: [nameless] })),
      1_000_000,
    );
    expect(beats.map((each) => each?.[0]?.sinceAt)).toEqual([1_000_000, 1_000_000, 1_000_000]);
    expect(hungAt(beats)).toEqual([false, false, true]);
  });
  test("blames the one that holds the partition and not one that began behind it", () => {
    const behind = { ...observed, producerId: 13n, startOffset: 120n };
    const beat = { stable: 100n, end: 150n, open: [observed, behind] };
    const last = follow(new OpenTransactionBook(), [beat, beat, beat])[2];
    expect(last?.map(({ producerId, backlog, hung }) => [producerId, backlog, hung])).toEqual([
      [12n, 50, true],
      [13n, 30, false],
    ]);
  });
  test("says nothing in a sweep without last stable offsets, and forgets nothing", () => {
    const book = new OpenTransactionBook();
    const beat = { stable: 100n, end: 150n };
    follow(book, [beat, beat]);
    const core = { at: 30_000, topics: orders(150n), stables: null, transactions: null };
    expect(book.record(core)).toBeNull();
    expect(hungAt(follow(book, [beat], 2 * BEAT_MS))).toEqual([true]);
  });
  test("knows after a restart what hung before, and since when it saw what nobody else knows", () => {
    const nameless = { ...observed, transactionalId: null, startedAt: null, timeoutMs: null };
    const beat = { stable: 100n, end: 150n, open: [nameless] };
    const before = follow(
      new OpenTransactionBook(),
      Array.from({ length: 50 }, () => beat),
    );
    const stored = before.at(-1) ?? [];
    expect(stored.map(({ sinceAt, hung }) => [sinceAt, hung])).toEqual([[0, true]]);
    const after = new OpenTransactionBook();
    after.restore(stored);
    const [next] = follow(after, [beat], 60 * BEAT_MS);
    expect(next).toEqual(stored);
  });
  test("leaves out a partition whose end or last stable offset could not be read", () => {
    const book = new OpenTransactionBook();
    const stables = new Map([["orders", [null]]]);
    const transactions = [observed];
    expect(book.record({ at: 0, topics: orders(150n), stables, transactions })).toEqual([]);
  });
});
