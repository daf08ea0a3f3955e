-- What a sweep tells of a group beyond its numbers. `verdict_rank` becomes the trouble of a row: the worst verdict of
-- the group and of those that read for it.
ALTER TABLE "group_state"
  ADD COLUMN "evidence_from_at" timestamptz(3),
  ADD COLUMN "evidence_samples" integer,
  ADD COLUMN "retention_used" double precision,
  ADD COLUMN "expires_at" timestamptz(3),
  ADD COLUMN "last_moved_at" timestamptz(3),
  ADD COLUMN "offsets_expire_at" timestamptz(3),
  ADD COLUMN "rebalances" integer NOT NULL DEFAULT 0,
  ADD COLUMN "hot_partition" jsonb,
  ADD COLUMN "parent_id" text;
ALTER TABLE "group_state" RENAME COLUMN "verdict_rank" TO "trouble_rank";
ALTER INDEX "group_state_cluster_verdict_rank_lag_group_id_idx"
  RENAME TO "group_state_cluster_trouble_rank_lag_group_id_idx";
CREATE INDEX "group_state_cluster_parent_id_idx" ON "group_state" ("cluster", "parent_id");

ALTER TABLE "topic_state" ADD COLUMN "retention_bytes" bigint;

-- Partitions are tuples whose width grew by two: what is stored is written anew by the next sweep.
DELETE FROM "group_topic_state";

CREATE TABLE "group_event" (
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN ('state', 'rebalance', 'rewind', 'topic-recreated', 'reset', 'reset-undone',
    'offsets-deleted')),
  "sentence" text NOT NULL,
  PRIMARY KEY ("cluster", "group_id", "at", "kind", "sentence")
);
CREATE INDEX "group_event_at_idx" ON "group_event" ("at");
