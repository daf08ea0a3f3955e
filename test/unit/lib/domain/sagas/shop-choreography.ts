import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";

/** The shop's choreographed order, each hop within 30 s. */
export const ORDER: ChoreographyMap = {
  type: "order",
  cluster: "test",
  starts: ["order.order.created"],
  rules: [
    ["order.order.created", "order.payment.completed", "order.payment.failed"],
    ["order.payment.completed", "inventory.stock.reserved", "inventory.stock.rejected"],
    ["inventory.stock.reserved", "order.order.completed"],
    ["inventory.stock.rejected", "order.payment.cancelled"],
    ["order.payment.failed", "order.order.cancelled"],
    ["order.payment.cancelled", "order.order.cancelled"],
  ].map(([event = "", ...next]) => ({ event, next, withinMs: 30_000 })),
  compensations: ["order.payment.cancelled"],
  completes: ["order.order.completed"],
  compensates: ["order.order.cancelled"],
};
