import type { Pool } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { once } from "#kit/inbox.ts";
import { inTransaction } from "#kit/transaction.ts";
import { paymentCompleted } from "../../events.ts";
import { allocationRequested, releaseRequested } from "../../fulfilment-events.ts";
import { answering } from "../../process/answering.ts";
import { pause } from "../../process/every.ts";
import type { Weather } from "../../process/weather.ts";
import { SLOW_RESERVATION_MS } from "../../scenarios/slow-consumer.ts";
import { packParcel, releaseParcel } from "./pack-parcel.ts";
import { reserveStock } from "./reserve-stock.ts";

/** The group that sets stock aside and packs parcels. */
export const INVENTORY_GROUP = "inventory";

/** What inventory does about a paid order, and as a participant of the saga `fulfilment`. Idempotency by inbox. */
export function inventoryHandlers(pool: Pool, weather: Weather): Handler[] {
  const desk = { pool, group: INVENTORY_GROUP, service: "inventory", aggregateType: "allocation" };
  return [
    handle(paymentCompleted, async (message, { signal }) => {
      // The warehouse answers slowly in this weather; no connection is held meanwhile.
      if (weather.scenario() === "slow-consumer") await pause(SLOW_RESERVATION_MS, signal);
      await inTransaction(pool, (tx) =>
        once(tx, { group: INVENTORY_GROUP, eventId: message.eventId }, () => reserveStock(tx, message)),
      );
    }),
    answering(desk, allocationRequested, (tx, { orderId }) => packParcel(tx, orderId)),
    answering(desk, releaseRequested, (tx, { orderId }) => releaseParcel(tx, orderId)),
  ];
}
