CREATE TABLE "cluster_state" (
  "id" text PRIMARY KEY,
  "kafka_cluster_id" text,
  "reachable" boolean NOT NULL,
  "since_at" timestamptz(3) NOT NULL,
  "reason" text,
  "controller_id" integer,
  "sampled_at" timestamptz(3),
  "sweep_duration_ms" integer,
  "sweep_requests" integer,
  "failures" jsonb NOT NULL DEFAULT '[]',
  "observed_at" timestamptz(3) NOT NULL
);

CREATE TABLE "broker_state" (
  "cluster" text NOT NULL,
  "broker_id" integer NOT NULL,
  "host" text NOT NULL,
  "port" integer NOT NULL,
  "rack" text,
  "controller" boolean NOT NULL,
  "leader_count" integer NOT NULL,
  "replica_count" integer NOT NULL,
  "under_replicated_count" integer NOT NULL,
  "size_bytes" bigint,
  "missing_since_at" timestamptz(3),
  "observed_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("cluster", "broker_id")
);

CREATE TABLE "topic_state" (
  "cluster" text NOT NULL,
  "name" text NOT NULL,
  "topic_id" uuid,
  "role" text NOT NULL CHECK ("role" IN ('base', 'retry', 'redrive', 'dead-letter', 'internal')),
  "partition_count" integer NOT NULL,
  "replication_factor" integer NOT NULL,
  "start_offsets" bigint[] NOT NULL DEFAULT '{}',
  "end_offsets" bigint[] NOT NULL DEFAULT '{}',
  "size_bytes" bigint,
  "produce_rate" double precision,
  "cleanup_policy" text,
  "retention_ms" bigint,
  "under_replicated_count" integer NOT NULL DEFAULT 0,
  "leaderless_count" integer NOT NULL DEFAULT 0,
  "observed_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("cluster", "name")
);

CREATE TABLE "group_state" (
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN ('classic', 'consumer', 'share', 'streams')),
  "state" text NOT NULL CHECK ("state" IN ('stable', 'preparing-rebalance', 'completing-rebalance', 'assigning',
    'reconciling', 'not-ready', 'empty', 'dead', 'unknown')),
  "state_since_at" timestamptz(3),
  "protocol_type" text NOT NULL,
  "coordinator_id" integer,
  "members" jsonb NOT NULL DEFAULT '[]',
  "member_count" integer NOT NULL,
  "topics" text[] NOT NULL DEFAULT '{}',
  "verdict" text NOT NULL CHECK ("verdict" IN ('rewind', 'stall', 'stop', 'warn', 'ok', 'unknown')),
  "verdict_rank" integer NOT NULL,
  "reason" text NOT NULL,
  "lag" bigint,
  "time_lag_ms" bigint,
  "drains_in_ms" bigint,
  "consume_rate" double precision,
  "spark" bigint[] NOT NULL DEFAULT '{}',
  "spark_end_at" timestamptz(3),
  "observed_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("cluster", "group_id")
);
CREATE INDEX "group_state_cluster_verdict_rank_lag_group_id_idx"
  ON "group_state" ("cluster", "verdict_rank", "lag" DESC, "group_id");

CREATE TABLE "group_topic_state" (
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "topic" text NOT NULL,
  "topic_id" uuid,
  "lag" bigint,
  "partitions" jsonb NOT NULL,
  PRIMARY KEY ("cluster", "group_id", "topic")
);
CREATE INDEX "group_topic_state_cluster_topic_idx" ON "group_topic_state" ("cluster", "topic");

CREATE TABLE "topic_series" (
  "id" bigserial PRIMARY KEY,
  "cluster" text NOT NULL,
  "topic" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "first_seen_at" timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX "topic_series_cluster_topic_id_key" ON "topic_series" ("cluster", "topic_id");
CREATE INDEX "topic_series_cluster_topic_idx" ON "topic_series" ("cluster", "topic");

CREATE TABLE "commit_series" (
  "id" bigserial PRIMARY KEY,
  "cluster" text NOT NULL,
  "group_id" text NOT NULL,
  "topic_series_id" bigint NOT NULL,
  "first_seen_at" timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX "commit_series_cluster_group_id_topic_series_id_key"
  ON "commit_series" ("cluster", "group_id", "topic_series_id");

-- Partitions of six hours are made ahead and dropped behind by the worker; the default one catches a clock that
-- stands outside them, so that no sample is refused.
CREATE TABLE "end_sample" (
  "series_id" bigint NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "offsets" bigint[] NOT NULL,
  PRIMARY KEY ("series_id", "at")
) PARTITION BY RANGE ("at");
CREATE TABLE "end_sample_default" PARTITION OF "end_sample" DEFAULT;

CREATE TABLE "commit_sample" (
  "series_id" bigint NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "offsets" bigint[] NOT NULL,
  PRIMARY KEY ("series_id", "at")
) PARTITION BY RANGE ("at");
CREATE TABLE "commit_sample_default" PARTITION OF "commit_sample" DEFAULT;

CREATE TABLE "worker_lease" (
  "name" text PRIMARY KEY,
  "holder" text NOT NULL,
  "epoch" bigint NOT NULL,
  "expires_at" timestamptz(3) NOT NULL
);

CREATE TABLE "app_user" (
  "id" uuid PRIMARY KEY,
  "email" text NOT NULL CHECK ("email" = lower("email")),
  "name" text NOT NULL,
  "role" text NOT NULL CHECK ("role" IN ('viewer', 'operator', 'admin')),
  "password_hash" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "disabled_at" timestamptz(3)
);
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user" ("email");

CREATE TABLE "session" (
  "id" uuid PRIMARY KEY,
  "user_id" uuid NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "created_at" timestamptz(3) NOT NULL,
  "last_seen_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "revoked_at" timestamptz(3)
);
CREATE INDEX "session_user_id_idx" ON "session" ("user_id");

CREATE TABLE "api_token" (
  "id" uuid PRIMARY KEY,
  "user_id" uuid NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" text NOT NULL,
  "role" text NOT NULL CHECK ("role" IN ('viewer', 'operator', 'admin')),
  "prefix" text NOT NULL,
  "secret_hash" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "last_used_at" timestamptz(3),
  "revoked_at" timestamptz(3)
);
CREATE UNIQUE INDEX "api_token_secret_hash_key" ON "api_token" ("secret_hash");
CREATE INDEX "api_token_user_id_idx" ON "api_token" ("user_id");

CREATE TABLE "sign_in_throttle" (
  "key" text PRIMARY KEY,
  "failures" integer NOT NULL,
  "window_at" timestamptz(3) NOT NULL,
  "blocked_until" timestamptz(3)
);

CREATE TABLE "set_up_token" (
  "id" integer PRIMARY KEY DEFAULT 1 CHECK ("id" = 1),
  "secret_hash" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL
);

CREATE TABLE "audit_entry" (
  "id" uuid PRIMARY KEY,
  "at" timestamptz(3) NOT NULL,
  "request_id" text NOT NULL,
  "actor_kind" text NOT NULL CHECK ("actor_kind" IN ('user', 'token', 'worker', 'nobody')),
  "actor_id" text,
  "actor_label" text NOT NULL,
  "action" text NOT NULL,
  "target" jsonb NOT NULL,
  "state" text NOT NULL CHECK ("state" IN ('started', 'done', 'refused', 'failed')),
  "error_code" text,
  "completed_at" timestamptz(3)
);
CREATE INDEX "audit_entry_at_idx" ON "audit_entry" ("at" DESC);
