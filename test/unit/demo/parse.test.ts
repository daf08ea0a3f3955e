import { describe, expect, it } from "vitest";
import { SHOP_EVENTS, orderCancelled, orderCreated } from "#demo/events.ts";
import { FULFILMENT_EVENTS } from "#demo/fulfilment-events.ts";
import { ShapeError } from "#demo/parse.ts";

const created = {
  orderId: "ord_01",
  customerId: "cus_000001",
  lines: [{ sku: "MUG", quantity: 1, unitPriceCents: 1_490 }],
  totalCents: 1_980,
  currency: "EUR",
  version: 1,
};

describe("order.order.created", () => {
  it("reads what it promises", () => {
    expect(orderCreated.parse(created)).toEqual(created);
  });

  it("drops what it does not know, so that a newer writer breaks no reader", () => {
    expect(orderCreated.parse({ ...created, giftNote: "Hello" })).toEqual(created);
  });

  it.each([
    ["no object", "text", "The payload is not an object"],
    ["a list", [], "The payload is not an object"],
    ["nothing", null, "The payload is not an object"],
    ["a missing field", { ...created, orderId: undefined }, "orderId is not a text"],
    ["an empty id", { ...created, orderId: "" }, "orderId is not a text"],
    ["an amount with a comma", { ...created, totalCents: "19,80" }, "totalCents is not a whole number"],
    ["half a cent", { ...created, totalCents: 19.5 }, "totalCents is not a whole number"],
    ["a foreign currency", { ...created, currency: "XAU" }, "currency is not one of EUR"],
    ["lines that are no list", { ...created, lines: {} }, "lines is not a list"],
    ["a bad line", { ...created, lines: [{ sku: 1 }] }, "lines[0].sku is not a text"],
    ["an inherited field", { ...created, version: undefined }, "version is not a whole number"],
  ])("refuses %s and says where, never what", (_what, payload, message) => {
    expect(() => orderCreated.parse(payload)).toThrow(new ShapeError(...splitMessage(message)));
  });
});

function splitMessage(message: string): [at: string, expected: string] {
  const [at = "", expected = ""] = message.split(" is not ");
  return [at === "The payload" ? "" : at, expected];
}

describe("the events of the shop", () => {
  it("name a reason from a closed list", () => {
    expect(() => orderCancelled.parse({ ...created, version: 2, reason: "changed_my_mind" })).toThrow(
      "reason is not one of payment_failed, out_of_stock",
    );
  });

  it("have six partitions, those of the quieter saga fulfilment three, a key each, and a topic of its own", () => {
    const quiet = new Set(FULFILMENT_EVENTS.map(({ topic }) => topic));
    expect(SHOP_EVENTS.map(({ partitions, keyed }) => ({ partitions, keyed }))).toEqual(
      SHOP_EVENTS.map(({ topic }) => ({ partitions: quiet.has(topic) ? 3 : 6, keyed: true })),
    );
    expect(quiet.size).toBe(20);
    expect(new Set(SHOP_EVENTS.map(({ topic }) => topic)).size).toBe(SHOP_EVENTS.length);
  });
});
