import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOrderScan, orderOf, orderScanOf } from "#lib/domain/dead-letters/same-key-order.ts";

const origin = { topic: "orders", partition: 3, offset: 42n, at: null };
const question = { origin, group: "payments", hasKey: true, committed: 100n, logStart: 0n };
const scan = { topic: "orders", partition: 3, from: 43n, to: 100n };

describe("what to look through", () => {
  test.each([
    ["from the record to the commit", question, scan],
    ["from where the log begins", { ...question, logStart: 60n }, { ...scan, from: 60n }],
  ])("%s", (_, asked, expected) => {
    expect(orderScanOf(asked)).toEqual(expected);
  });
  test.each([
    ["the commit is at the record", { ...question, committed: 42n }, { scannedFrom: 43n, scannedTo: 43n }],
    ["the commit is behind it", { ...question, committed: 43n }, { scannedFrom: 43n, scannedTo: 43n }],
  ])("nothing, and no, where %s", (_, asked, expected) => {
    expect(orderScanOf(asked)).toEqual({ state: "no", ...expected });
  });
  test.each([
    ["The record has no key.", { ...question, hasKey: false }],
    ["Its headers do not tell the group.", { ...question, group: null }],
    ["Its headers do not tell where it came from.", { ...question, origin: { ...origin, offset: null } }],
    ["The topic orders has no partition 3 now.", { ...question, logStart: null }],
    ["The group has no commit on partition 3 of orders.", { ...question, committed: null }],
    ["Retention took all that the group has read after it.", { ...question, logStart: 100n }],
  ])("nothing, for %s", (reason, asked) => {
    expect(orderScanOf(asked)).toEqual({ state: "unknown", reason, scannedTo: null });
  });
});

describe("the answer", () => {
  const all = { scannedTo: 100n, offsets: [], cutShort: null };
  test.each([
    ["yes, by the first newer", { ...all, offsets: [50n, 70n] }, { offset: 50n, newer: 2 }],
    [
      "yes, however little was scanned",
      { scannedTo: 51n, offsets: [50n], cutShort: "2 s were over" },
      { offset: 50n, newer: 1 },
    ],
    [
      "yes, of those before the commit alone",
      { ...all, offsets: [42n, 99n, 100n] },
      { offset: 99n, newer: 1 },
    ],
  ])("%s", (_, found, expected) => {
    expect(orderOf(question, scan, found)).toEqual({
      state: "yes",
      topic: "orders",
      partition: 3,
      ...expected,
    });
  });
  test("no, where all was scanned", () => {
    expect(orderOf(question, scan, all)).toEqual({ state: "no", scannedFrom: 43n, scannedTo: 100n });
  });
  test("unknown, where the bounds ended it", () => {
    expect(orderOf(question, scan, { scannedTo: 60n, offsets: [], cutShort: "2 s were over" })).toEqual({
      ...{ state: "unknown", reason: "None found up to offset 60; 2 s were over.", scannedTo: 60n },
    });
  });
  test("unknown, where retention took a part", () => {
    expect(orderOf(question, { ...scan, from: 60n }, all)).toEqual({
      state: "unknown",
      reason: "None found from offset 60 on; retention took what lay between.",
      scannedTo: 100n,
    });
  });
  test("is never no while a newer record of the key may lie before the commit", () => {
    const offset = fc.bigInt({ min: 0n, max: 60n });
    const facts = fc.record({
      committed: offset,
      logStart: offset,
      at: offset,
      bound: offset,
      same: fc.array(offset),
    });
    fc.assert(
      fc.property(facts, ({ committed, logStart, at, bound, same }) => {
        const asked = { ...question, origin: { ...origin, offset: at }, committed, logStart };
        const plan = orderScanOf(asked);
        const truth = same.some((one) => one > at && one < committed);
        if (!isOrderScan(plan)) {
          if (plan.state === "no") expect(truth).toBe(false);
          return;
        }
        const scannedTo = bound < plan.from ? plan.from : bound < plan.to ? bound : plan.to;
        const offsets = same
          .filter((one) => one >= plan.from && one < scannedTo)
          .sort((a, b) => Number(a - b));
        const cutShort = scannedTo < plan.to ? "the bound was reached" : null;
        const answer = orderOf(asked, plan, { scannedTo, offsets, cutShort });
        if (answer.state === "yes") expect(same.includes(answer.offset) && answer.offset > at).toBe(true);
        // What retention took may have held one: then only unknown or yes will do.
        if (answer.state === "no") expect(truth || logStart > at + 1n).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
