/** The weather: one row, written by the supervisor (`switchScenario`), read once a second by every part. */
export const CONTROL_TABLES_SQL = `
CREATE TABLE IF NOT EXISTS scenario (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at timestamptz,
  taking_orders boolean NOT NULL DEFAULT true
);
INSERT INTO scenario (name) VALUES ('calm') ON CONFLICT DO NOTHING;
`;
