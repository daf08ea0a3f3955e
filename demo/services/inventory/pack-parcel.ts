import { randomInt } from "node:crypto";
import type { PoolClient } from "pg";
import type { Answer } from "#kit/saga/participant.ts";
import { MOST_UNITS } from "../../delivery.ts";
import { allocationMade, allocationRefused, allocationReleased } from "../../fulfilment-events.ts";
import { answer } from "../../process/answering.ts";

const BAYS = 40;

interface UnitsRow {
  units: number;
}

/**
 * Puts what was set aside for an order into one parcel, in the caller's transaction. The stock does not change: the
 * goods left the shelf when they were set aside. Not safe to repeat by itself: the inbox around it is.
 */
export async function packParcel(tx: PoolClient, orderId: string): Promise<Answer> {
  const aside = await tx.query<UnitsRow>(
    `SELECT coalesce(-sum(units), 0)::integer AS units FROM stock_movement
       JOIN reservation USING (reservation_id) WHERE order_id = $1`,
    [orderId],
  );
  const units = aside.rows[0]?.units ?? 0;
  if (units === 0) throw new Error("Nothing was set aside for the order");
  if (units > MOST_UNITS) return answer(allocationRefused, { orderId, reason: "too_large" });
  const bay = `B${String(1 + randomInt(BAYS)).padStart(2, "0")}`;
  await tx.query("INSERT INTO parcel_entry (order_id, kind, units, bay) VALUES ($1, 'packed', $2, $3)", [
    orderId,
    units,
    bay,
  ]);
  return answer(allocationMade, { orderId, bay, units });
}

/**
 * Unpacks the parcel of an order, in the caller's transaction: the compensation of {@link packParcel}. Bears an order
 * that was never packed.
 */
export async function releaseParcel(tx: PoolClient, orderId: string): Promise<Answer> {
  const unpacked = await tx.query<UnitsRow>(
    `INSERT INTO parcel_entry (order_id, kind, units, bay)
     SELECT order_id, 'unpacked', units, bay FROM parcel_entry WHERE order_id = $1 AND kind = 'packed'
     RETURNING units`,
    [orderId],
  );
  return answer(allocationReleased, {
    orderId,
    units: unpacked.rows.reduce((sum, row) => sum + row.units, 0),
  });
}
