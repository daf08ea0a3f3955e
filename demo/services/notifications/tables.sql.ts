/**
 * The tables of notifications, beside the kit's. The primary key is what keeps a customer from two equal mails. The
 * check of the kind is made anew each time, since a shop that was set up earlier knew fewer of them.
 */
export const NOTIFICATIONS_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS notification (
  order_id text NOT NULL,
  kind text NOT NULL,
  customer_id text NOT NULL,
  sent_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id, kind)
);
ALTER TABLE notification
  DROP CONSTRAINT IF EXISTS notification_kind_check,
  ADD CONSTRAINT notification_kind_check
    CHECK (kind IN ('order_received', 'order_completed', 'order_cancelled', 'order_shipped')) NOT VALID;
`;
