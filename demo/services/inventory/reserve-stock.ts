import type { PoolClient } from "pg";
import { causedBy, type Message } from "#kit/message.ts";
import { enqueue } from "#kit/outbox.ts";
import { type paymentCompleted, stockRejected, stockReserved } from "../../events.ts";
import { newId } from "../../ids.ts";

/** A paid order, as inventory reads it. */
export type PaidOrder = ReturnType<typeof paymentCompleted.parse>;

/** The first line that the shelf cannot serve, or undefined. */
export function firstMissing(
  lines: PaidOrder["lines"],
  levels: ReadonlyMap<string, number>,
): string | undefined {
  return lines.find((line) => line.quantity > (levels.get(line.sku) ?? 0))?.sku;
}

/**
 * Sets every line of a paid order aside, or none, in the caller's transaction, and enqueues the event that says so.
 * Not safe to repeat by itself: the inbox around it is.
 */
export async function reserveStock(tx: PoolClient, message: Message<PaidOrder>): Promise<void> {
  const { orderId, paymentId, lines } = message.payload;
  const skus = lines.map((line) => line.sku);
  const about = { key: orderId, service: "inventory", aggregateType: "stock", ...causedBy(message) };
  // Locked in one order, so that two orders never wait for each other.
  const locked = await tx.query<{ sku: string; level: number }>(
    "SELECT sku, level FROM stock WHERE sku = ANY($1) ORDER BY sku FOR UPDATE",
    [skus],
  );
  const missingSku = firstMissing(lines, new Map(locked.rows.map((row) => [row.sku, row.level])));
  if (missingSku !== undefined) {
    await enqueue(tx, { event: stockRejected, payload: { orderId, paymentId, missingSku }, ...about });
    return;
  }
  const reservationId = newId("res");
  await tx.query("INSERT INTO reservation (reservation_id, order_id) VALUES ($1, $2)", [
    reservationId,
    orderId,
  ]);
  await tx.query(
    `WITH wanted AS (SELECT * FROM unnest($2::text[], $3::integer[]) AS line (sku, quantity)),
          moved AS (INSERT INTO stock_movement (sku, units, reservation_id)
                    SELECT sku, -quantity, $1 FROM wanted)
     UPDATE stock SET level = level - quantity FROM wanted WHERE stock.sku = wanted.sku`,
    [reservationId, skus, lines.map((line) => line.quantity)],
  );
  await enqueue(tx, { event: stockReserved, payload: { reservationId, orderId }, ...about });
}
