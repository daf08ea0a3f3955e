/** A thing the shop sells. */
export interface Product {
  readonly sku: string;
  readonly priceCents: number;
  /** Units that a delivery brings. Scarce products get less than they could sell, so that some orders fail. */
  readonly deliveryUnits: number;
}

/** The only currency of the shop. */
export const CURRENCY = "EUR";

/** Everything on sale, best sellers first: a product's place decides how often it is drawn. */
export const CATALOGUE: readonly Product[] = [
  { sku: "MUG-STONEWARE-350", priceCents: 1_490, deliveryUnits: 600 },
  { sku: "TEE-ORGANIC-BLACK-M", priceCents: 2_490, deliveryUnits: 500 },
  { sku: "NOTEBOOK-A5-DOT", priceCents: 990, deliveryUnits: 500 },
  { sku: "COFFEE-HUEHUE-1KG", priceCents: 2_290, deliveryUnits: 400 },
  { sku: "TOTE-CANVAS-NATURAL", priceCents: 1_290, deliveryUnits: 400 },
  { sku: "BOTTLE-STEEL-750", priceCents: 2_990, deliveryUnits: 30 },
  { sku: "SOCKS-MERINO-42", priceCents: 1_690, deliveryUnits: 300 },
  { sku: "LAMP-DESK-OAK", priceCents: 8_900, deliveryUnits: 300 },
  { sku: "KEYBOARD-75-ISO", priceCents: 12_900, deliveryUnits: 200 },
  { sku: "CABLE-USBC-2M", priceCents: 1_590, deliveryUnits: 300 },
  { sku: "HEADPHONES-OVER-EAR", priceCents: 19_900, deliveryUnits: 20 },
  { sku: "BACKPACK-ROLL-22L", priceCents: 10_900, deliveryUnits: 200 },
  { sku: "BLANKET-WOOL-GREY", priceCents: 7_900, deliveryUnits: 200 },
  { sku: "CANDLE-BEESWAX-3", priceCents: 1_890, deliveryUnits: 200 },
  { sku: "KETTLE-GOOSENECK", priceCents: 6_900, deliveryUnits: 200 },
  { sku: "GRINDER-HAND-STEEL", priceCents: 9_900, deliveryUnits: 200 },
  { sku: "APRON-LINEN-OLIVE", priceCents: 4_200, deliveryUnits: 200 },
  { sku: "PLANT-MONSTERA-60", priceCents: 3_900, deliveryUnits: 15 },
  { sku: "POSTER-ATLAS-50X70", priceCents: 2_400, deliveryUnits: 200 },
  { sku: "SPEAKER-SHELF-PAIR", priceCents: 34_900, deliveryUnits: 200 },
  { sku: "CHAIR-DESK-MESH", priceCents: 42_900, deliveryUnits: 200 },
  { sku: "SCARF-CASHMERE-NAVY", priceCents: 11_900, deliveryUnits: 200 },
  { sku: "WATCH-FIELD-38", priceCents: 24_900, deliveryUnits: 200 },
  { sku: "PEN-FOUNTAIN-F", priceCents: 5_400, deliveryUnits: 200 },
];
