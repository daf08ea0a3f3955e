import type { Pool } from "pg";
import type { Handler, HandlerContext } from "#kit/handler.ts";
import type { Message } from "#kit/message.ts";
import { labelRequested, labelVoidRequested, pickupRequested } from "../../fulfilment-events.ts";
import { answering, before } from "../../process/answering.ts";
import { pause } from "../../process/every.ts";
import type { Weather } from "../../process/weather.ts";
import { SLOW_REPLY_MS } from "../../scenarios/slow-reply.ts";
import { collectParcel, printLabel, voidLabel } from "./labels.ts";

/** The group that prints labels and collects parcels. */
export const COURIER_GROUP = "courier";

/** What the courier does as a participant of the saga `fulfilment`. Idempotency by inbox, under the command's key. */
export function courierHandlers(pool: Pool, weather: Weather): Handler[] {
  const desk = { pool, group: COURIER_GROUP, service: "courier", aggregateType: "label" };
  /** A command that was answered before is answered at once: only work takes time. */
  const slowly = async (message: Message<unknown>, { signal }: HandlerContext): Promise<void> => {
    if (weather.scenario() !== "slow-reply") return;
    const answered = await pool.query(
      "SELECT 1 FROM processed_event WHERE consumer_group = $1 AND event_id = $2",
      [COURIER_GROUP, message.headers["saga-command"]],
    );
    if (answered.rowCount === 0) await pause(SLOW_REPLY_MS, signal);
  };
  return [
    before(
      answering(desk, labelRequested, (tx, label) =>
        printLabel(tx, label, weather.scenario() === "compensation-fails"),
      ),
      slowly,
    ),
    answering(desk, labelVoidRequested, voidLabel),
    before(answering({ ...desk, aggregateType: "pickup" }, pickupRequested, collectParcel), slowly),
  ];
}
