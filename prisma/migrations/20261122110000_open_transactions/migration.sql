-- The transactions that hold last stable offsets back, written anew by each sweep that asks for them.
CREATE TABLE "open_transaction" (
  "cluster" text NOT NULL,
  "topic" text NOT NULL,
  "partition" integer NOT NULL,
  "producer_id" bigint NOT NULL,
  "producer_epoch" integer NOT NULL,
  "transactional_id" text,
  "start_offset" bigint NOT NULL,
  "since_at" timestamptz(3) NOT NULL,
  "last_written_at" timestamptz(3),
  "timeout_ms" integer,
  "backlog" bigint NOT NULL,
  "hung" boolean NOT NULL,
  PRIMARY KEY ("cluster", "topic", "partition", "producer_id")
);
