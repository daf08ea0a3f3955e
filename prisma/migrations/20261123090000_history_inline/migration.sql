-- A chart reads `at`, `total`, `known` and `lag` of many rows, and never the offsets by partition. Compressed, the four
-- fit into a row; out of it each is a look-up of its own, cold for a group that nobody watched. MAIN keeps them in the
-- row and has the offsets move out first. Rows that stand stay as they are: they are kept for 30 days at most.
DO $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT a.attrelid::regclass AS name, a.attname
    FROM pg_attribute a
    WHERE a.attrelid IN ('end_packed'::regclass, 'end_minute'::regclass, 'end_ten_minute'::regclass,
        'commit_packed'::regclass, 'commit_minute'::regclass, 'commit_ten_minute'::regclass)
      AND a.attname IN ('at', 'total', 'known', 'lag')
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE MAIN', field.name, field.attname);
  END LOOP;
END $$;
