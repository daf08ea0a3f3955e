import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ordersDue, ordersPerSecond } from "#demo/services/orders/traffic.ts";

describe("ordersPerSecond", () => {
  it("stays between 8 and 20 a second for the shop's mean of 13", () => {
    const day = Array.from({ length: 600 }, (_, second) => ordersPerSecond(13, second * 1_000));
    expect(Math.min(...day)).toBeGreaterThan(7.7);
    expect(Math.max(...day)).toBeLessThan(20);
    expect(Math.max(...day) / Math.min(...day)).toBeGreaterThan(2);
  });
});

describe("ordersDue", () => {
  it("keeps the rate to within one order", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (rate, elapsedMs, draw) => {
          const due = ordersDue(rate, elapsedMs, () => draw);
          expect(Number.isInteger(due)).toBe(true);
          expect(Math.abs(due - (rate * elapsedMs) / 1_000)).toBeLessThan(1.000001);
        },
      ),
    );
  });

  it("rounds the fraction by chance", () => {
    expect(ordersDue(13, 200, () => 0.59)).toBe(3);
    expect(ordersDue(13, 200, () => 0.61)).toBe(2);
  });
});
