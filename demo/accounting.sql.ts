import { schemaOf, SHOP_SERVICES, type ShopService } from "./parts.ts";

/** Orders by state, what the completed ones cost, and how many units they hold. */
export const COUNT_ORDERS_SQL = `
SELECT count(*) AS orders,
       count(*) FILTER (WHERE state = 'created') AS created,
       count(*) FILTER (WHERE state = 'completed') AS completed,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
       coalesce(sum(total_cents) FILTER (WHERE state = 'completed'), 0) AS paid_cents,
       (SELECT coalesce(sum(quantity), 0) FROM shop_orders.order_line
          JOIN shop_orders.customer_order USING (order_id) WHERE state = 'completed') AS units_sold
  FROM shop_orders.customer_order`;

/** The ledger's sums, the orders it holds twice, and what waits in the outboxes. */
export const COUNT_MONEY_SQL = `
SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0) AS charged_cents,
       coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0) AS refunded_cents,
       (SELECT count(*) FROM (SELECT order_id, kind FROM shop_payments.ledger_entry
                               GROUP BY order_id, kind HAVING count(*) > 1) AS twice) AS paid_twice,
       ${SHOP_SERVICES.map(
         (service) => `(SELECT count(*) FROM ${schemaOf(service)}.outbox WHERE sent_at IS NULL)`,
       ).join(" + ")} AS unsent
  FROM shop_payments.ledger_entry`;

/** Units set aside, orders set aside twice, and products whose level is not the sum of their movements. */
export const COUNT_STOCK_SQL = `
SELECT (SELECT coalesce(-sum(units), 0) FROM shop_inventory.stock_movement
         WHERE reservation_id IS NOT NULL) AS units_moved,
       (SELECT count(*) FROM (SELECT order_id FROM shop_inventory.reservation
                               GROUP BY order_id HAVING count(*) > 1) AS twice) AS reserved_twice,
       (SELECT count(*) FROM shop_inventory.stock
         WHERE level <> (SELECT coalesce(sum(units), 0) FROM shop_inventory.stock_movement AS moved
                          WHERE moved.sku = stock.sku)) AS differences`;

/** An event, whose outbox it is in, which group must handle it, and the trace that proves it did. */
interface Expectation {
  readonly topic: string;
  readonly writer: ShopService;
  readonly group: string;
  /** A condition on `event` (a row of the outbox). */
  readonly trace: string;
}

function inboxTrace(service: ShopService, group: string): string {
  return `EXISTS (SELECT 1 FROM ${schemaOf(service)}.processed_event AS done
                   WHERE done.consumer_group = '${group}' AND done.event_id = event.id::text)`;
}

function inbox(topic: string, writer: ShopService, reader: ShopService): Expectation {
  return { topic, writer, group: reader, trace: inboxTrace(reader, reader) };
}

function told(topic: string, kind: string): Expectation {
  return {
    topic,
    writer: "orders",
    group: "notifications",
    trace: `EXISTS (SELECT 1 FROM shop_notifications.notification AS told
                     WHERE told.order_id = event.aggregateid AND told.kind = '${kind}')`,
  };
}

function viewed(topic: string, leastVersion: number): Expectation {
  return {
    topic,
    writer: "orders",
    group: "orders-projection",
    trace: `EXISTS (SELECT 1 FROM shop_orders.order_view AS seen
                     WHERE seen.order_id = event.aggregateid AND seen.version >= ${leastVersion})`,
  };
}

const EXPECTATIONS: readonly Expectation[] = [
  inbox("order.order.created", "orders", "payments"),
  inbox("order.payment.completed", "payments", "inventory"),
  inbox("order.payment.failed", "payments", "orders"),
  inbox("order.payment.cancelled", "payments", "orders"),
  inbox("inventory.stock.reserved", "inventory", "orders"),
  inbox("inventory.stock.rejected", "inventory", "payments"),
  told("order.order.created", "order_received"),
  told("order.order.completed", "order_completed"),
  told("order.order.cancelled", "order_cancelled"),
  viewed("order.order.created", 1),
  viewed("order.order.completed", 2),
  viewed("order.order.cancelled", 2),
];

/** Events without their trace that are not among the dead letters `$1` (`<group>:<event id>`). */
export const COUNT_LOST_SQL = EXPECTATIONS.map(
  ({ topic, writer, group, trace }) => `
SELECT event.id::text AS event_id FROM ${schemaOf(writer)}.outbox AS event
 WHERE event.topic = '${topic}' AND NOT '${group}:' || event.id::text = ANY ($1::text[]) AND NOT ${trace}`,
).join("\nUNION ALL\n");
