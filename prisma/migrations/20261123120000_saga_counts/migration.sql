-- How many sagas of a type of a source stood in each state, once a minute: the chart of states over time. A null count
-- is unknown: the source could not be read.
CREATE TABLE "saga_count" (
  "source" text NOT NULL,
  "type" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "stuck" integer,
  "running" integer,
  "compensating" integer,
  "failed" integer,
  "compensated" integer,
  "completed" integer,
  PRIMARY KEY ("source", "type", "at")
);
-- The chart of all sources, and what has been kept for long enough.
CREATE INDEX "saga_count_at_idx" ON "saga_count" ("at");
