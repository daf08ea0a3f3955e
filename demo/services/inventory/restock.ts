import type { Pool } from "pg";
import { enqueue } from "#kit/outbox.ts";
import { inTransaction } from "#kit/transaction.ts";
import { CATALOGUE, type Product } from "../../catalogue.ts";
import { stockRestocked } from "../../events.ts";

/** A delivery is ordered when the shelf holds less than this share of one. */
const REORDER_SHARE = 0.4;
/** Deliveries of scarce products arrive only in every so many rounds on average. */
const SCARCE_ROUND_CHANCE = 0.1;
/** A product is scarce whose deliveries are no larger than this. */
const SCARCE_UNITS = 30;

/** Says whether a delivery of a product arrives now. `chance` as `Math.random`. */
export function deliveryDue(product: Product, level: number, chance: () => number): boolean {
  if (level >= product.deliveryUnits * REORDER_SHARE) return false;
  return product.deliveryUnits > SCARCE_UNITS || chance() < SCARCE_ROUND_CHANCE;
}

/** Makes room on the shelf for every product of the catalogue. */
export async function prepareShelves(pool: Pool): Promise<void> {
  await pool.query("INSERT INTO stock (sku, level) SELECT unnest($1::text[]), 0 ON CONFLICT DO NOTHING", [
    CATALOGUE.map((product) => product.sku),
  ]);
}

/** Looks at every shelf once and books the deliveries that arrive, each in a transaction with its event. */
export async function restock(pool: Pool, chance: () => number): Promise<void> {
  const levels = await pool.query<{ sku: string; level: number }>("SELECT sku, level FROM stock");
  const levelOf = new Map(levels.rows.map((row) => [row.sku, row.level]));
  for (const product of CATALOGUE) {
    if (deliveryDue(product, levelOf.get(product.sku) ?? 0, chance)) await deliver(pool, product);
  }
}

async function deliver(pool: Pool, product: Product): Promise<void> {
  const { sku, deliveryUnits } = product;
  await inTransaction(pool, async (tx) => {
    const raised = await tx.query<{ level: number }>(
      "UPDATE stock SET level = level + $2 WHERE sku = $1 RETURNING level",
      [sku, deliveryUnits],
    );
    const level = raised.rows[0]?.level;
    if (level === undefined) throw new Error(`There is no shelf for ${sku}`);
    await tx.query("INSERT INTO stock_movement (sku, units) VALUES ($1, $2)", [sku, deliveryUnits]);
    await enqueue(tx, {
      event: stockRestocked,
      key: sku,
      payload: { sku, deliveredUnits: deliveryUnits, level },
      service: "inventory",
      aggregateType: "stock",
    });
  });
}
