import type { Pool } from "pg";
import { handle, type Handler } from "#kit/handler.ts";
import { once } from "#kit/inbox.ts";
import type { Orchestrator } from "#kit/saga/orchestrator.ts";
import { inTransaction } from "#kit/transaction.ts";
import { goesByCourier, postcodeOf } from "../../delivery.ts";
import { orderCompleted } from "../../events.ts";
import { fulfilmentSaga, newFulfilment } from "./saga.ts";

/** The group that begins sagas. */
export const FULFILMENT_GROUP = "fulfilment";
/**
 * What fulfilment does about a completed order: begins its saga, whose id is the order's, where it goes by courier.
 * The correlation is kept, so that the saga is found beside the order's choreography. Idempotency by inbox.
 */
export function fulfilmentHandlers(pool: Pool, orchestrator: Orchestrator): Handler[] {
  return [
    handle(orderCompleted, async ({ eventId, correlationId, traceparent, payload }) => {
      const { orderId, customerId } = payload;
      await inTransaction(pool, (tx) =>
        once(tx, { group: FULFILMENT_GROUP, eventId }, async () => {
          if (!goesByCourier(orderId)) return;
          await orchestrator.begin(tx, fulfilmentSaga, {
            sagaId: orderId,
            data: newFulfilment({ orderId, customerId, postcode: postcodeOf(orderId) }),
            correlationId,
            causationId: eventId,
            ...(traceparent === undefined ? {} : { traceparent }),
          });
        }),
      );
    }),
  ];
}
