-- One command to many sagas, as it was asked for.
CREATE TABLE "saga_command_batch" (
  "id" uuid PRIMARY KEY,
  "command" text NOT NULL CHECK ("command" IN ('retry', 'skip', 'compensate', 'cancel', 'resolve')),
  "step" text,
  -- The filter that chose its sagas.
  "filter" jsonb NOT NULL,
  "reason" text NOT NULL,
  "actor" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL,
  "cancelled_at" timestamptz(3)
);

-- A command to one saga, and what became of it. The input of a retry is in the record alone.
CREATE TABLE "saga_command" (
  "id" uuid PRIMARY KEY,
  "batch_id" uuid REFERENCES "saga_command_batch" ("id") ON DELETE CASCADE,
  "source" text NOT NULL,
  "saga_type" text NOT NULL,
  "saga_id" text NOT NULL,
  "command" text NOT NULL CHECK ("command" IN ('retry', 'skip', 'compensate', 'cancel', 'resolve')),
  "step" text,
  "state" text NOT NULL CHECK ("state" IN
    ('waiting', 'sent', 'done', 'refused', 'expired', 'unknown', 'failed', 'cancelled')),
  "answer" text,
  "reason" text NOT NULL,
  "actor" text NOT NULL,
  -- Where it was sent, known from then on: the cluster and the service that it is for.
  "cluster" text,
  "service" text,
  -- When the saga had last moved when a batch chose it.
  "seen_at" timestamptz(3),
  "issued_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "answered_at" timestamptz(3),
  -- When it took the state that it has, unless it waits for an answer or for its turn.
  "settled_at" timestamptz(3),
  CHECK ("state" IN ('waiting', 'failed', 'cancelled') OR ("cluster" IS NOT NULL AND "service" IS NOT NULL))
);
-- Two commands to one saga never wait for an answer at once: the second operator is told.
CREATE UNIQUE INDEX "saga_command_one_sent_key" ON "saga_command" ("source", "saga_type", "saga_id")
  WHERE "state" = 'sent';
CREATE INDEX "saga_command_saga_idx" ON "saga_command" ("source", "saga_type", "saga_id", "issued_at" DESC);
CREATE INDEX "saga_command_batch_id_idx" ON "saga_command" ("batch_id") WHERE "batch_id" IS NOT NULL;
-- What the worker looks after is a handful among all that ever was.
CREATE INDEX "saga_command_waiting_idx" ON "saga_command" ("issued_at", "id") WHERE "state" = 'waiting';
CREATE INDEX "saga_command_sent_idx" ON "saga_command" ("cluster", "expires_at") WHERE "state" = 'sent';

-- Up to where the answers of services are read, by the topic's id.
CREATE TABLE "saga_result_position" (
  "cluster" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "partition" integer NOT NULL,
  "next_offset" bigint NOT NULL,
  PRIMARY KEY ("cluster", "topic_id", "partition")
);
