import { describe, expect, it } from "vitest";
import { assertPayable, BrokenOrderError, CARD_LIMIT_CENTS, declineReason, totalOf } from "#demo/rules.ts";

const mug = { sku: "MUG", quantity: 1, unitPriceCents: 1_490 };

describe("totalOf", () => {
  it.each([
    ["adds shipping below 50.00", [mug], 1_490 + 490],
    ["counts quantities", [{ ...mug, quantity: 2 }], 2_980 + 490],
    ["adds shipping one cent below the limit", [{ ...mug, unitPriceCents: 4_999 }], 4_999 + 490],
    ["ships free from 50.00", [{ ...mug, unitPriceCents: 5_000 }], 5_000],
    ["sums the lines", [mug, { ...mug, sku: "CHAIR", unitPriceCents: 42_900 }], 44_390],
  ])("%s", (_sentence, lines, cents) => {
    expect(totalOf(lines)).toBe(cents);
  });
});

describe("assertPayable", () => {
  it("accepts an order whose total is right", () => {
    expect(() => assertPayable({ lines: [mug], totalCents: 1_980 })).not.toThrow();
  });

  it.each([
    ["no line", { lines: [], totalCents: 490 }],
    ["a line of nothing", { lines: [{ ...mug, quantity: 0 }], totalCents: 490 }],
    ["a negative line", { lines: [{ ...mug, quantity: -1 }], totalCents: -1_000 }],
    ["a discount counted twice", { lines: [mug], totalCents: 1_782 }],
    ["one cent too much", { lines: [mug], totalCents: 1_981 }],
  ])("refuses %s", (_what, order) => {
    expect(() => assertPayable(order)).toThrow(BrokenOrderError);
  });

  it("names no amount, because the message ends in headers and logs", () => {
    expect(() => assertPayable({ lines: [mug], totalCents: 77_777 })).toThrow(/^[^0-9]*$/);
  });
});

describe("declineReason", () => {
  it.each([
    { does: "charges an ordinary card", customerId: "cus_000012", totalCents: 1_980, reason: undefined },
    { does: "charges the limit", customerId: "cus_000012", totalCents: CARD_LIMIT_CENTS, reason: undefined },
    {
      does: "declines over the limit",
      customerId: "cus_000012",
      totalCents: CARD_LIMIT_CENTS + 1,
      reason: "limit_exceeded",
    },
    { does: "declines an expired card", customerId: "cus_000041", totalCents: 1_980, reason: "card_expired" },
    {
      does: "charges a customer without a number",
      customerId: "guest",
      totalCents: 1_980,
      reason: undefined,
    },
  ])("$does", ({ reason, ...order }) => {
    expect(declineReason(order)).toBe(reason);
  });
});
