/** The tables of notifications, beside the kit's. The primary key is what keeps a customer from two equal mails. */
export const NOTIFICATIONS_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS notification (
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('order_received', 'order_completed', 'order_cancelled')),
  customer_id text NOT NULL,
  sent_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id, kind)
);
`;
