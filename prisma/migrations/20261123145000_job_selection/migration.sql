-- The dead letters of a job that is being planned, in the order in which they will be sent: pages of a plan are read
-- from here, so that nobody has to hold or sort all of them. Rows live while the job is planned. Not logged: a plan that
-- is interrupted begins anew, and one whose rows a crash of the server took is seen to have lost them. No foreign key:
-- its check of each row would cost as much as the row.
CREATE UNLOGGED TABLE "job_selection" (
  "job_number" integer NOT NULL,
  -- Whether the record does not tell where it came from: those go last.
  "untold" boolean NOT NULL,
  -- Where it came from; its own place where it does not tell.
  "place_topic" text COLLATE "C" NOT NULL,
  "place_partition" integer NOT NULL,
  "place_offset" bigint NOT NULL,
  -- The dead letter's key.
  "topic_ref" integer NOT NULL,
  "partition" integer NOT NULL,
  "record_offset" bigint NOT NULL,
  "cause_ref" integer NOT NULL,
  "key_hash" bigint,
  PRIMARY KEY ("job_number", "untold", "place_topic", "place_partition", "place_offset", "topic_ref", "partition",
    "record_offset")
);

-- Whether held records are sent too: a large job frees them page by page as it claims them.
ALTER TABLE "job" ADD COLUMN "sends_held" boolean NOT NULL DEFAULT false;
