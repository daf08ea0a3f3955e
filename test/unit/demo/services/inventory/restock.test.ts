import { describe, expect, it } from "vitest";
import { CATALOGUE } from "#demo/catalogue.ts";
import { firstMissing } from "#demo/services/inventory/reserve-stock.ts";
import { deliveryDue } from "#demo/services/inventory/restock.ts";

const plenty = { sku: "MUG", priceCents: 1_490, deliveryUnits: 600 };
const scarce = { sku: "PLANT", priceCents: 3_900, deliveryUnits: 15 };

describe("deliveryDue", () => {
  it.each([
    { says: "a full shelf waits", product: plenty, level: 600, draw: 0, due: false },
    { says: "at two fifths it still waits", product: plenty, level: 240, draw: 0, due: false },
    { says: "below two fifths a delivery comes at once", product: plenty, level: 239, draw: 0.99, due: true },
    { says: "a scarce product waits even when sold out", product: scarce, level: 0, draw: 0.5, due: false },
    { says: "a scarce product comes now and then", product: scarce, level: 0, draw: 0.05, due: true },
    { says: "a scarce product on a full shelf waits", product: scarce, level: 15, draw: 0.05, due: false },
  ])("$says", ({ product, level, draw, due }) => {
    expect(deliveryDue(product, level, () => draw)).toBe(due);
  });
});

describe("firstMissing", () => {
  const levels = new Map([
    ["MUG", 2],
    ["TEE", 0],
  ]);
  it.each([
    ["everything is there", [{ sku: "MUG", quantity: 2 }], undefined],
    ["one unit is missing", [{ sku: "MUG", quantity: 3 }], "MUG"],
    [
      "the second line is sold out",
      [
        { sku: "MUG", quantity: 1 },
        { sku: "TEE", quantity: 1 },
      ],
      "TEE",
    ],
    ["a product nobody stocks", [{ sku: "UNKNOWN", quantity: 1 }], "UNKNOWN"],
  ])("%s", (_sentence, lines, sku) => {
    expect(firstMissing(lines, levels)).toBe(sku);
  });
});

describe("the catalogue", () => {
  it("names every product once, with a price and a delivery", () => {
    expect(new Set(CATALOGUE.map(({ sku }) => sku)).size).toBe(CATALOGUE.length);
    expect(CATALOGUE.every(({ priceCents, deliveryUnits }) => priceCents > 0 && deliveryUnits > 0)).toBe(
      true,
    );
  });
});
