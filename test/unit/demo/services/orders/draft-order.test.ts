import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderCreated } from "#demo/events.ts";
import { assertPayable, BrokenOrderError } from "#demo/rules.ts";
import { MEND_POISON } from "#demo/scenarios/mend-poison.ts";
import { misencode } from "#demo/services/orders/broken-publisher.ts";
import { breakRule, type Chance, draftOrder } from "#demo/services/orders/draft-order.ts";
import { createdEvent } from "#demo/services/orders/place-order.ts";

const NOW = Date.UTC(2026, 10, 22);

/** Any sequence of draws, so that every corner of the catalogue comes up. */
const chances = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((draws): Chance => {
    let next = 0;
    return () => draws[next++ % draws.length]!;
  });

describe("draftOrder", () => {
  it("always draws an order that may be paid and whose event can be read", () => {
    fc.assert(
      fc.property(chances, (chance) => {
        const draft = draftOrder(chance, NOW);
        assertPayable(draft);
        expect(orderCreated.parse(createdEvent(draft))).toEqual(createdEvent(draft));
        expect(draft.lines.length).toBeGreaterThan(0);
        expect(new Set(draft.lines.map((line) => line.sku)).size).toBe(draft.lines.length);
      }),
    );
  });

  it("gives a third of the orders to five wholesale customers", () => {
    const customers = Array.from({ length: 2_000 }, () => draftOrder(Math.random, NOW).customerId);
    const wholesale = customers.filter((id) => Number(id.slice(4)) <= 5).length;
    expect(wholesale / customers.length).toBeGreaterThan(0.25);
    expect(wholesale / customers.length).toBeLessThan(0.42);
  });
});

describe("breakRule", () => {
  it("always breaks a rule and stays readable", () => {
    fc.assert(
      fc.property(chances, (chance) => {
        const broken = breakRule(draftOrder(chance, NOW), chance);
        expect(() => assertPayable(broken)).toThrow(BrokenOrderError);
        expect(() => orderCreated.parse(createdEvent(broken))).not.toThrow();
      }),
    );
  });
});

describe("MEND_POISON", () => {
  const mend = (value: unknown): unknown =>
    (runInNewContext(`(record) => {${MEND_POISON}}`) as (record: { value: unknown }) => unknown)({ value });

  it("makes the event of a broken order say what the order says", () => {
    fc.assert(
      fc.property(chances, (chance) => {
        const draft = draftOrder(chance, NOW);
        const event = createdEvent(breakRule(draft, chance));
        expect(mend(event)).toEqual({ value: createdEvent(draft) });
      }),
    );
  });

  it("mends an amount that the import wrote as text", () => {
    const event = createdEvent(draftOrder(Math.random, NOW));
    const told = JSON.parse(misencode(event, () => 0.4).toString("utf8")) as object;
    expect(told).not.toEqual(event);
    expect(mend(told)).toEqual({ value: event });
  });

  it("leaves out what is not JSON", () => {
    expect(mend("{")).toBeNull();
    expect(mend(null)).toBeNull();
  });
});

describe("misencode", () => {
  it.each([0, 0.4, 0.9])("makes bytes that no reader can parse (draw %d)", (draw) => {
    const event = createdEvent(draftOrder(Math.random, NOW));
    const bytes = misencode(event, () => draw);
    expect(() => orderCreated.parse(JSON.parse(bytes.toString("utf8")))).toThrow();
  });
});
