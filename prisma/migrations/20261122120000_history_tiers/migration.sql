-- What is older than the hour at hand is folded: a row a series and hour (packed: every sample; minute: the last of
-- each minute) or day (ten-minute). `at` is ms since `from_at`, ascending; each column holds one element for each of
-- them, `offsets` and `lags` one row of partitions. Slots without a sample have no element: a gap stays a gap.
CREATE TABLE "end_packed" (
  "series_id" bigint NOT NULL,
  "from_at" timestamptz(3) NOT NULL,
  "at" integer[] NOT NULL,
  "offsets" bigint[] NOT NULL,
  "total" bigint[] NOT NULL,
  "known" integer[] NOT NULL,
  PRIMARY KEY ("series_id", "from_at")
) PARTITION BY RANGE ("from_at");

-- `lags` is the greatest lag of each partition within the slot, `lag` the greatest of their sum, `peak` the greatest of
-- the row. The index carries the peak, so that ranking every group of a range reads no row.
CREATE TABLE "commit_packed" (
  "series_id" bigint NOT NULL,
  "from_at" timestamptz(3) NOT NULL,
  "at" integer[] NOT NULL,
  "offsets" bigint[] NOT NULL,
  "total" bigint[] NOT NULL,
  "known" integer[] NOT NULL,
  "lags" bigint[] NOT NULL,
  "lag" bigint[] NOT NULL,
  "peak" bigint,
  PRIMARY KEY ("series_id", "from_at") INCLUDE ("peak")
) PARTITION BY RANGE ("from_at");

-- Samples are dense numbers that repeat from slot to slot: lz4 is asked for. A server
-- that was built without it keeps its default.
DO $$
DECLARE
  packed record;
BEGIN
  FOR packed IN
    SELECT c.oid::regclass AS name, a.attname AS field
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.oid IN ('end_packed'::regclass, 'commit_packed'::regclass) AND a.attndims > 0
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', packed.name, packed.field);
  END LOOP;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'the server has no lz4: histories are compressed by its default';
END $$;

CREATE TABLE "end_minute" (LIKE "end_packed" INCLUDING ALL) PARTITION BY RANGE ("from_at");
CREATE TABLE "end_ten_minute" (LIKE "end_packed" INCLUDING ALL) PARTITION BY RANGE ("from_at");
CREATE TABLE "commit_minute" (LIKE "commit_packed" INCLUDING ALL) PARTITION BY RANGE ("from_at");
CREATE TABLE "commit_ten_minute" (LIKE "commit_packed" INCLUDING ALL) PARTITION BY RANGE ("from_at");

-- Nothing is ever looked up by an element of these arrays, and to gather statistics on them is hours of work for
-- autovacuum. Partitions are told the same when they are made.
DO $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT c.oid::regclass AS name, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relname IN ('end_packed', 'end_minute', 'end_ten_minute', 'commit_packed', 'commit_minute',
        'commit_ten_minute', 'end_sample', 'commit_sample', 'end_sample_default', 'commit_sample_default')
      AND t.typcategory = 'A' AND a.attnum > 0
  LOOP
    EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS 0', field.name, field.attname);
  END LOOP;
END $$;

-- The totals of a cluster, the last of each slot: mean rates and the greatest lag.
CREATE TABLE "cluster_fold" (
  "level" text NOT NULL CHECK ("level" IN ('minute', 'ten-minute')),
  "cluster" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "produce_rate" double precision,
  "consume_rate" double precision,
  "lag" bigint,
  PRIMARY KEY ("level", "cluster", "at")
);

-- How far each level is folded and how far back it is kept.
CREATE TABLE "history_span" (
  "level" text PRIMARY KEY CHECK ("level" IN ('packed', 'minute', 'ten-minute')),
  "from_at" timestamptz(3) NOT NULL,
  "before_at" timestamptz(3) NOT NULL
);

-- Raw samples now stand in partitions of an hour. Those of the six-hour ones wait in the default partition until their
-- hour is folded.
DO $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT p.relname AS parent, c.relname AS name
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.oid IN ('end_sample'::regclass, 'commit_sample'::regclass) AND c.relname NOT LIKE '%\_default'
  LOOP
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', part.parent, part.name);
    EXECUTE format('INSERT INTO %I SELECT * FROM %I', part.parent || '_default', part.name);
    EXECUTE format('DROP TABLE %I', part.name);
  END LOOP;
END $$;
