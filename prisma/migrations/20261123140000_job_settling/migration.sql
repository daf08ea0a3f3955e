-- The copies of a job of ranges in one partition of a target. They have no rows: they are followed and settled by what
-- is known of the partition, and what came back by a row of its own in job_record.
CREATE TABLE "job_range_target" (
  "job_number" integer NOT NULL REFERENCES "job" ("number") ON DELETE CASCADE,
  "topic" text NOT NULL,
  "partition" integer NOT NULL,
  -- How many there are, where the first of them lies, and the offset behind the last; written with the checkpoint.
  "copies" bigint NOT NULL,
  "first_offset" bigint NOT NULL,
  "next_offset" bigint NOT NULL,
  -- When the last of them was sent.
  "sent_at" timestamptz(3) NOT NULL,
  -- How many of them are settled, those that came back counted in, and the offset that they lie below.
  "settled" bigint NOT NULL DEFAULT 0,
  "settled_to" bigint,
  -- How many of the settled ones nobody can tell of.
  "unknown" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("job_number", "topic", "partition")
);
-- The topic that the copies of a range went to; null before the first of them.
ALTER TABLE "job_range" ADD COLUMN "target_topic" text;
-- The job's counts when somebody resumed it: what had settled by then was judged by them and stops it no more. It takes
-- the place of judged_from.
ALTER TABLE "job" ADD COLUMN "judged_counts" jsonb;
-- Dead letters that are copies which came back, in the order in which they were indexed.
CREATE INDEX "dead_letter_redriven_seq_idx" ON "dead_letter" ("seq") WHERE "redrive_id" IS NOT NULL;
