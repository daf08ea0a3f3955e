import { BUCKETS } from "./partition.ts";
import type { SqlClient } from "./sql-client.ts";

/**
 * The kit's tables, for a service's own migrations: `outbox`, `outbox_bucket` (64 rows) and `processed_event`.
 * Unqualified: they land in the first schema of the search path. Running it again changes nothing; run as one simple
 * query it is one transaction, and its lock lets several instances of a service start at once.
 */
export const KIT_TABLES_SQL = `
SELECT pg_advisory_xact_lock(hashtextextended('sluice-kit-tables', 0));
CREATE TABLE IF NOT EXISTS outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  aggregatetype text NOT NULL,
  aggregateid text,
  type text NOT NULL,
  topic text NOT NULL,
  headers jsonb NOT NULL,
  payload text NOT NULL,
  bucket smallint NOT NULL CHECK (bucket >= 0 AND bucket < ${BUCKETS}),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz(3),
  attempts integer NOT NULL DEFAULT 0,
  last_error text
);
CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (bucket, seq) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS outbox_refused ON outbox (bucket, aggregateid, seq) WHERE sent_at IS NULL AND attempts > 0;
CREATE TABLE IF NOT EXISTS outbox_bucket (
  bucket smallint PRIMARY KEY CHECK (bucket >= 0 AND bucket < ${BUCKETS}),
  holder text,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz(3)
);
INSERT INTO outbox_bucket (bucket) SELECT generate_series(0, ${BUCKETS - 1}) ON CONFLICT (bucket) DO NOTHING;
CREATE TABLE IF NOT EXISTS processed_event (
  consumer_group text NOT NULL,
  event_id text NOT NULL,
  processed_at timestamptz(3) NOT NULL,
  result jsonb,
  PRIMARY KEY (consumer_group, event_id)
);
CREATE INDEX IF NOT EXISTS processed_event_age ON processed_event (processed_at);
`;

/** Creates the kit's tables where they are missing; a service that owns migrations copies {@link KIT_TABLES_SQL}. */
export async function installTables(client: SqlClient): Promise<void> {
  await client.query(KIT_TABLES_SQL);
}
