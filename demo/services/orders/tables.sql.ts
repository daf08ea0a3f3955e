/** The tables of orders, beside the kit's. Running it again changes nothing. */
export const ORDERS_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS customer_order (
  order_id text PRIMARY KEY,
  customer_id text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('checkout', 'import')),
  state text NOT NULL CHECK (state IN ('created', 'completed', 'cancelled')),
  cancel_reason text CHECK (cancel_reason IN ('payment_failed', 'out_of_stock')),
  total_cents integer NOT NULL,
  currency text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS order_line (
  order_id text NOT NULL REFERENCES customer_order,
  sku text NOT NULL,
  quantity integer NOT NULL,
  unit_price_cents integer NOT NULL,
  PRIMARY KEY (order_id, sku)
);
-- What the group orders-projection makes of the events alone; it never looks at customer_order.
CREATE TABLE IF NOT EXISTS order_view (
  order_id text PRIMARY KEY,
  customer_id text NOT NULL,
  state text NOT NULL,
  total_cents integer NOT NULL,
  version integer NOT NULL
);
`;
