-- A plan to move a group's commits, and what became of it. The plan is what was agreed to and is never changed.
CREATE TABLE "offset_reset" (
  "id" uuid PRIMARY KEY,
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "state" text NOT NULL
    CHECK ("state" IN ('planned', 'applying', 'applied', 'refused', 'failed', 'undone')),
  "target" jsonb NOT NULL,
  "scope" jsonb NOT NULL,
  "plan" jsonb NOT NULL,
  "totals" jsonb NOT NULL,
  "hash" text NOT NULL,
  "planned_at" timestamptz(3) NOT NULL,
  "planned_by" text NOT NULL,
  "reason" text,
  "decided_by" text,
  "decided_at" timestamptz(3),
  "applied_at" timestamptz(3),
  "failures" text[] NOT NULL DEFAULT '{}',
  "watch_until" timestamptz(3),
  "watch_ended_at" timestamptz(3),
  "watch_looked_at" timestamptz(3),
  "findings" jsonb NOT NULL DEFAULT '[]',
  "undo_of" uuid REFERENCES "offset_reset" ("id") ON DELETE CASCADE,
  "undone_by" uuid,
  CHECK (("state" IN ('planned', 'refused')) OR "decided_at" IS NOT NULL)
);
CREATE INDEX "offset_reset_cluster_group_id_planned_at_idx"
  ON "offset_reset" ("cluster", "group_id", "planned_at" DESC);
-- Two resets of one group never write at once: the second would not see what the first did.
CREATE UNIQUE INDEX "offset_reset_one_applying_key" ON "offset_reset" ("cluster", "group_id")
  WHERE "state" = 'applying';
-- What a worker has to look after is a handful among all that ever was.
CREATE INDEX "offset_reset_open_idx" ON "offset_reset" ("decided_at")
  WHERE "state" = 'applying' OR ("watch_until" IS NOT NULL AND "watch_ended_at" IS NULL);

-- The commits of a group under a name.
CREATE TABLE "offset_snapshot" (
  "id" uuid PRIMARY KEY,
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "name" text NOT NULL,
  "taken_at" timestamptz(3) NOT NULL,
  "taken_by" text NOT NULL,
  "partition_count" integer NOT NULL,
  "offsets" jsonb NOT NULL
);
CREATE UNIQUE INDEX "offset_snapshot_cluster_group_id_name_key"
  ON "offset_snapshot" ("cluster", "group_id", "name");
