-- An instance of a declared choreography, folded from the headers of its events. `events` are at most 200, as text: a
-- line each (topic, partition, offset, event id, causation id, producer, epoch ms; tabs between), read and written whole.
-- What stands beside them is folded from them and stored to be found by.
CREATE TABLE "choreography_instance" (
  "cluster" text NOT NULL,
  "type" text COLLATE "C" NOT NULL,
  "correlation_id" text COLLATE "C" NOT NULL,
  "events" text NOT NULL,
  -- Events beyond those that are kept.
  "left_out" integer NOT NULL DEFAULT 0,
  -- Whether it is stuck is told by `due_at` and the watermark of its map.
  "state" text NOT NULL CHECK ("state" IN ('running', 'compensating', 'completed', 'compensated')),
  "step" text,
  "started_at" timestamptz(3),
  "updated_at" timestamptz(3) NOT NULL,
  "ended_at" timestamptz(3),
  -- The earliest open deadline.
  "due_at" timestamptz(3),
  PRIMARY KEY ("cluster", "type", "correlation_id")
);
-- Lists are merged from one ordered stream a type and state; retention takes the other end of the same streams.
CREATE INDEX "choreography_instance_newest_idx"
  ON "choreography_instance" ("cluster", "type", "state", "updated_at" DESC, "correlation_id");
-- What began before a time lies behind it in the order of lists, but for the few that took longer than a minute.
CREATE INDEX "choreography_instance_long_idx"
  ON "choreography_instance" ("cluster", "type", "state", "updated_at" DESC, "correlation_id")
  WHERE "updated_at" - "started_at" > interval '1 minute';
CREATE INDEX "choreography_instance_due_idx"
  ON "choreography_instance" ("cluster", "type", "due_at") WHERE "due_at" IS NOT NULL;

-- Where reading goes on, for each map by itself: a map that is declared later begins at its own oldest record.
CREATE TABLE "choreography_position" (
  "cluster" text NOT NULL,
  "type" text COLLATE "C" NOT NULL,
  "topic_id" uuid NOT NULL,
  "partition" integer NOT NULL,
  "topic" text NOT NULL,
  "next_offset" bigint NOT NULL,
  PRIMARY KEY ("cluster", "type", "topic_id", "partition")
);

-- A map as it is followed. The watermark is the least time up to which each of its partitions is read.
CREATE TABLE "choreography_map" (
  "cluster" text NOT NULL,
  "type" text COLLATE "C" NOT NULL,
  -- sha256 of the map that the instances were folded by; another one folds them again.
  "hash" text NOT NULL,
  "watermark_at" timestamptz(3),
  -- Why the watermark does not move, in a sentence.
  "hindrance" text,
  "observed_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("cluster", "type")
);

-- Why a saga is stuck: its command or event by the id that its dead letter carries.
CREATE INDEX "dead_letter_event_id_idx" ON "dead_letter" ("event_id")
  WHERE "event_id" IS NOT NULL AND "state" = 'open';
