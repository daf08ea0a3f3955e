/**
 * The tables of payments, beside the kit's. Running it again changes nothing. An order is deliberately not unique in
 * `payment`: a customer may pay a declined order with a second card. So the inbox alone keeps a redelivered event
 * from charging twice, and `ledger_entry`, which only grows, would show it if it failed; so would `shipping_entry` for
 * the courier's fee.
 */
export const PAYMENTS_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS payment (
  payment_id text PRIMARY KEY,
  order_id text NOT NULL,
  customer_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('completed', 'declined', 'refunded')),
  decline_reason text,
  amount_cents integer NOT NULL,
  currency text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS payment_order ON payment (order_id);
CREATE TABLE IF NOT EXISTS ledger_entry (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id text NOT NULL REFERENCES payment,
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('charge', 'refund')),
  amount_cents integer NOT NULL CHECK (amount_cents > 0),
  currency text NOT NULL,
  booked_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS ledger_entry_order ON ledger_entry (order_id);
CREATE TABLE IF NOT EXISTS shipping_entry (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  charge_id text NOT NULL,
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('charge', 'refund')),
  amount_cents integer NOT NULL CHECK (amount_cents > 0),
  currency text NOT NULL,
  booked_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS shipping_entry_order ON shipping_entry (order_id);
`;
