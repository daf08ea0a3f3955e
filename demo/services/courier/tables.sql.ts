/**
 * The tables of the courier, beside the kit's. `courier_entry` only grows and nothing in it is unique: it would show a
 * label that was printed twice, or a parcel that was collected twice.
 */
export const COURIER_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS courier_entry (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('printed', 'voided', 'collected')),
  tracking_number text NOT NULL,
  entered_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS courier_entry_order ON courier_entry (order_id);
`;
