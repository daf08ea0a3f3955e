CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A copy job: what was asked for, its frozen plan, and how far it is. Instants are when a person or a worker acted.
CREATE TABLE "job" (
  "id" uuid PRIMARY KEY,
  "number" integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  "cluster" text NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN ('redrive', 'replay', 'republish')),
  "name" text NOT NULL,
  "state" text NOT NULL CHECK ("state" IN
    ('planning', 'refused', 'planned', 'running', 'paused', 'settling', 'done', 'cancelled', 'failed')),
  "wish" text NOT NULL DEFAULT 'run' CHECK ("wish" IN ('run', 'pause', 'cancel')),
  "state_reason" text,
  -- JobSpec and JobPlan of the domain, offsets as decimal text.
  "spec" jsonb NOT NULL,
  "plan" jsonb,
  "hash" text,
  "planned_done" bigint NOT NULL DEFAULT 0,
  "planned_of" bigint,
  "requested_by" text NOT NULL,
  "requested_by_id" text,
  "requested_at" timestamptz(3) NOT NULL,
  "planned_at" timestamptz(3),
  "reason" text,
  "approved_by" text,
  "approved_at" timestamptz(3),
  "approved_hash" text,
  "started_at" timestamptz(3),
  "paused_at" timestamptz(3),
  "ended_at" timestamptz(3),
  "records_per_second" double precision,
  -- The ledger's topic id and the offset of its partition that the job began at: recovery reads from there.
  "ledger_topic_id" uuid,
  "ledger_partition" integer,
  "ledger_start" bigint,
  -- Up to which row the checkpoint is; the ledger may know more.
  "next_seq" bigint NOT NULL DEFAULT 0,
  "rung" integer,
  "waits_for" text,
  "aborted" bigint NOT NULL DEFAULT 0,
  "possible_duplicates" bigint NOT NULL DEFAULT 0,
  -- Records by outcome; written in the transaction that changes the rows.
  "counts" jsonb NOT NULL DEFAULT '{}',
  "measured_rate" double precision,
  "measured_at" timestamptz(3)
);
CREATE INDEX "job_cluster_number_idx" ON "job" ("cluster", "number" DESC);
-- What a worker has to look after, found without reading what has ended.
CREATE INDEX "job_active_idx" ON "job" ("cluster", "number")
  WHERE "state" IN ('planning', 'running', 'paused', 'settling');

-- A planned record of a plan by id; of ranges only what was refused, failed or returned.
CREATE TABLE "job_record" (
  "job_number" integer NOT NULL REFERENCES "job" ("number") ON DELETE CASCADE,
  "seq" bigint NOT NULL,
  "topic" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "partition" integer NOT NULL,
  "record_offset" bigint NOT NULL,
  -- dead_letter_topic.id; null for a record of a range.
  "dead_letter_topic_ref" integer,
  "outcome" text NOT NULL CHECK ("outcome" IN
    ('pending', 'held', 'sent', 'passed', 'returned', 'unknown', 'refused', 'failed', 'cancelled')),
  -- A code of ReasonCount and its sentence.
  "reason_code" text,
  "reason" text,
  "event_id" text,
  "hop" integer NOT NULL DEFAULT 0,
  "processed" text NOT NULL DEFAULT 'unknown' CHECK ("processed" IN ('never', 'processed', 'past-window', 'unknown')),
  "target_topic" text,
  -- Planned, so that the ledger's counts a partition tell each record's offset.
  "target_partition" integer,
  "target_offset" bigint,
  -- sha256 of key and value as sent: how a copy that came back is told without headers.
  "content_hash" bytea,
  "sent_at" timestamptz(3),
  "settled_at" timestamptz(3),
  "returned_topic_ref" integer,
  "returned_partition" integer,
  "returned_offset" bigint,
  PRIMARY KEY ("job_number", "seq")
);
CREATE INDEX "job_record_outcome_idx" ON "job_record" ("job_number", "outcome", "seq");
CREATE INDEX "job_record_target_idx" ON "job_record" ("target_topic", "target_partition", "target_offset")
  WHERE "target_offset" IS NOT NULL;
-- Which copy a dead letter came back from.
CREATE INDEX "job_record_returned_idx" ON "job_record" ("returned_topic_ref", "returned_partition", "returned_offset")
  WHERE "returned_offset" IS NOT NULL;
CREATE INDEX "job_record_event_id_idx" ON "job_record" ("job_number", "event_id");
CREATE INDEX "job_record_place_idx" ON "job_record" ("topic_id", "partition", "record_offset");

-- The cursor of each range of a job.
CREATE TABLE "job_range" (
  "job_number" integer NOT NULL REFERENCES "job" ("number") ON DELETE CASCADE,
  "range" integer NOT NULL,
  "topic" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "partition" integer NOT NULL,
  "from_offset" bigint NOT NULL,
  "to_offset" bigint NOT NULL,
  "next_offset" bigint NOT NULL,
  "sent" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("job_number", "range")
);

-- Which offsets a job alone may send now: two jobs can never hold the same record.
CREATE TABLE "job_claim" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "job_number" integer NOT NULL REFERENCES "job" ("number") ON DELETE CASCADE,
  "cluster" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "partition" integer NOT NULL,
  "offsets" int8range NOT NULL,
  "closed_at" timestamptz(3),
  CONSTRAINT "job_claim_excluded" EXCLUDE USING gist
    ("cluster" WITH =, "topic_id" WITH =, "partition" WITH =, "offsets" WITH &&) WHERE ("closed_at" IS NULL)
);
CREATE INDEX "job_claim_job_number_idx" ON "job_claim" ("job_number") WHERE "closed_at" IS NULL;

-- What was done to a job and by whom, oldest first.
CREATE TABLE "job_event" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "job_number" integer NOT NULL REFERENCES "job" ("number") ON DELETE CASCADE,
  "at" timestamptz(3) NOT NULL,
  "actor" text NOT NULL,
  "what" text NOT NULL
);
CREATE INDEX "job_event_job_number_idx" ON "job_event" ("job_number", "id");

-- Lag of these groups is expected for a while: alerts leave it alone.
CREATE TABLE "mute" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "job_number" integer REFERENCES "job" ("number") ON DELETE CASCADE,
  "from_at" timestamptz(3) NOT NULL,
  "until_at" timestamptz(3) NOT NULL,
  "reason" text NOT NULL
);
CREATE INDEX "mute_cluster_group_id_until_at_idx" ON "mute" ("cluster", "group_id", "until_at");
