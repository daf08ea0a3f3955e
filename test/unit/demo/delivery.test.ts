import { describe, expect, it } from "vitest";
import {
  courierFeeCents,
  goesByCourier,
  hasVan,
  isFeeDeclined,
  isServed,
  meetsBrokenPrinter,
  postcodeOf,
} from "#demo/delivery.ts";
import { newId } from "#demo/ids.ts";

const ORDERS = Array.from({ length: 4_000 }, (_, index) => newId("ord", index));

describe("delivery by courier", () => {
  it.each([
    { what: "goes by courier", holds: goesByCourier, share: 0.25 },
    { what: "goes to an island", holds: (id: string) => !isServed(postcodeOf(id)), share: 0.05 },
    { what: "has its fee declined", holds: isFeeDeclined, share: 0.02 },
    { what: "finds no van", holds: (id: string) => !hasVan(id), share: 0.02 },
    { what: "meets a broken printer", holds: meetsBrokenPrinter, share: 0.4 },
  ])("$what for about $share of the orders, always the same ones", ({ holds, share }) => {
    const first = ORDERS.filter(holds);
    expect(first.length / ORDERS.length).toBeGreaterThan(share * 0.7);
    expect(first.length / ORDERS.length).toBeLessThan(share * 1.3);
    expect(ORDERS.filter(holds)).toEqual(first);
  });

  it("draws each matter by itself: orders of one kind are spread over the others", () => {
    const both = ORDERS.filter((id) => goesByCourier(id) && meetsBrokenPrinter(id));
    expect(both.length / ORDERS.length).toBeGreaterThan(0.07);
    expect(both.length / ORDERS.length).toBeLessThan(0.13);
  });

  it("has postcodes of five digits and a fee that rises by the unit", () => {
    for (const id of ORDERS.slice(0, 100)) expect(postcodeOf(id)).toMatch(/^[0-9]{5}$/);
    expect(courierFeeCents(1)).toBe(730);
    expect(courierFeeCents(4)).toBe(850);
  });
});
