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

/**
 * The books of the saga `fulfilment`: its sagas by how they stand, the courier's fees that payments took and gave back
 * and those that the sagas hold to be taken, the units in parcels likewise, labels and pickups, and what was done twice.
 * A step holds what it did until its compensation is done.
 */
export const COUNT_FULFILMENT_SQL = `
WITH step AS (
  SELECT saga_id, step, output, saga_step.state IN ('done', 'compensating', 'compensation_failed') AS held
    FROM shop_fulfilment.saga_step WHERE saga_type = 'fulfilment'
)
SELECT count(*) AS sagas,
       count(*) FILTER (WHERE state = 'completed') AS completed,
       count(*) FILTER (WHERE state = 'compensated') AS compensated,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE parked IS NOT NULL) AS parked,
       (SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents ELSE 0 END), 0)
          FROM shop_payments.shipping_entry) AS charged_cents,
       (SELECT coalesce(sum(CASE kind WHEN 'refund' THEN amount_cents ELSE 0 END), 0)
          FROM shop_payments.shipping_entry) AS refunded_cents,
       (SELECT coalesce(sum((output->>'feeCents')::integer), 0)
          FROM step WHERE step = 'chargeShipping' AND held) AS fees_held_cents,
       (SELECT coalesce(sum(CASE kind WHEN 'packed' THEN units ELSE -units END), 0)
          FROM shop_inventory.parcel_entry) AS units_packed,
       (SELECT coalesce(sum((output->>'units')::integer), 0)
          FROM step WHERE step = 'allocate' AND held) AS units_held,
       (SELECT coalesce(sum(CASE kind WHEN 'printed' THEN 1 WHEN 'voided' THEN -1 ELSE 0 END), 0)
          FROM shop_courier.courier_entry) AS labels_valid,
       (SELECT count(*) FROM step WHERE step = 'label' AND held) AS labels_held,
       (SELECT count(*) FROM shop_courier.courier_entry WHERE kind = 'collected') AS collected,
       (SELECT count(*) FROM step WHERE step = 'pickup' AND held) AS pickups_held,
       (SELECT count(*) FROM (
          SELECT 1 FROM shop_payments.shipping_entry GROUP BY order_id, kind HAVING count(*) > 1
          UNION ALL
          SELECT 1 FROM shop_inventory.parcel_entry GROUP BY order_id, kind HAVING count(*) > 1
          UNION ALL
          SELECT 1 FROM shop_courier.courier_entry GROUP BY order_id, kind HAVING count(*) > 1
       ) AS twice) AS done_twice
  FROM shop_fulfilment.saga_instance WHERE saga_type = 'fulfilment'`;

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

/** A command to a participant, which keeps it under the key of the command: a resend has the same. */
function command(topic: string, reader: ShopService): Expectation {
  return {
    topic,
    writer: "fulfilment",
    group: reader,
    trace: `EXISTS (SELECT 1 FROM ${schemaOf(reader)}.processed_event AS done
                     WHERE done.consumer_group = '${reader}' AND done.event_id = event.headers->>'saga-command')`,
  };
}

/** A participant's answer. */
function reply(topic: string, writer: ShopService): Expectation {
  return { topic, writer, group: "fulfilment-saga", trace: inboxTrace("fulfilment", "fulfilment-saga") };
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
  inbox("order.order.completed", "orders", "fulfilment"),
  command("inventory.allocation.requested", "inventory"),
  command("inventory.allocation.releaseRequested", "inventory"),
  command("payment.shipping.chargeRequested", "payments"),
  command("payment.shipping.refundRequested", "payments"),
  command("courier.label.requested", "courier"),
  command("courier.label.voidRequested", "courier"),
  command("courier.pickup.requested", "courier"),
  command("notification.shipment.requested", "notifications"),
  reply("inventory.allocation.made", "inventory"),
  reply("inventory.allocation.refused", "inventory"),
  reply("inventory.allocation.released", "inventory"),
  reply("payment.shipping.charged", "payments"),
  reply("payment.shipping.declined", "payments"),
  reply("payment.shipping.refunded", "payments"),
  reply("courier.label.printed", "courier"),
  reply("courier.label.refused", "courier"),
  reply("courier.label.voided", "courier"),
  reply("courier.pickup.collected", "courier"),
  reply("courier.pickup.refused", "courier"),
  reply("notification.shipment.sent", "notifications"),
];

/** Events without their trace that are not among the dead letters `$1` (`<group>:<event id>`). */
export const COUNT_LOST_SQL = EXPECTATIONS.map(
  ({ topic, writer, group, trace }) => `
SELECT event.id::text AS event_id FROM ${schemaOf(writer)}.outbox AS event
 WHERE event.topic = '${topic}' AND NOT '${group}:' || event.id::text = ANY ($1::text[]) AND NOT ${trace}`,
).join("\nUNION ALL\n");
