/**
 * The tables of inventory, beside the kit's. A product's level is always the sum of its movements. `parcel_entry` only
 * grows and nothing in it is unique: it would show a parcel that was packed twice.
 */
export const INVENTORY_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS stock (
  sku text PRIMARY KEY,
  level integer NOT NULL CHECK (level >= 0)
);
CREATE TABLE IF NOT EXISTS reservation (
  reservation_id text PRIMARY KEY,
  order_id text NOT NULL,
  reserved_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS reservation_order ON reservation (order_id);
CREATE TABLE IF NOT EXISTS stock_movement (
  movement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL REFERENCES stock,
  units integer NOT NULL CHECK (units <> 0),
  reservation_id text REFERENCES reservation,
  moved_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS stock_movement_reservation ON stock_movement (reservation_id);
CREATE TABLE IF NOT EXISTS parcel_entry (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('packed', 'unpacked')),
  units integer NOT NULL CHECK (units > 0),
  bay text NOT NULL,
  entered_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS parcel_entry_order ON parcel_entry (order_id);
`;
