-- A dead-letter topic as it is indexed, one row a topic id: a topic that is made anew ends the old one's row.
CREATE TABLE "dead_letter_topic" (
  "id" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "cluster" text NOT NULL,
  "topic" text NOT NULL,
  "topic_id" uuid NOT NULL,
  "found_by" text NOT NULL CHECK ("found_by" IN ('name', 'headers', 'hand')),
  "sources" text[] NOT NULL DEFAULT '{}',
  "retry_topics" text[] NOT NULL DEFAULT '{}',
  -- By partition: where indexing goes on, and below which offset the rows are expired.
  "next_offsets" bigint[] NOT NULL DEFAULT '{}',
  "expired_below" bigint[] NOT NULL DEFAULT '{}',
  "behind" bigint NOT NULL DEFAULT 0,
  -- One record in so many has a row; 1 is every record.
  "one_in" integer NOT NULL DEFAULT 1,
  "flood_since" timestamptz(3),
  "flood_counted" bigint NOT NULL DEFAULT 0,
  "failure" text,
  "observed_at" timestamptz(3) NOT NULL,
  -- The topic is gone, made anew or left out; its rows expire.
  "ended_at" timestamptz(3)
);
CREATE UNIQUE INDEX "dead_letter_topic_cluster_topic_topic_id_key"
  ON "dead_letter_topic" ("cluster", "topic", "topic_id");

-- What people said of a topic; it holds for whatever topic has the name.
CREATE TABLE "dead_letter_choice" (
  "cluster" text NOT NULL,
  "topic" text NOT NULL,
  "choice" text NOT NULL CHECK ("choice" IN ('add', 'leave-out')),
  PRIMARY KEY ("cluster", "topic")
);

-- What many dead letters have in common. `cause_id` is made of the cause's own words, so it is the same after all
-- rows were forgotten. The verdict is stored to be sorted by; `trouble_rank` is 0 for an outage.
CREATE TABLE "dead_letter_cause" (
  "id" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "cause_id" uuid NOT NULL,
  "cluster" text NOT NULL,
  "cause_class" text,
  "frame" text,
  "message" text,
  "source_topic" text,
  "group_id" text,
  "event_type" text,
  "dialect" text NOT NULL,
  "stack" text,
  -- The dead-letter topic that the stack came from: masking rules name topics.
  "stack_topic" text,
  "first_seen_at" timestamptz(3) NOT NULL,
  "last_seen_at" timestamptz(3) NOT NULL,
  "key_count" integer NOT NULL DEFAULT 0,
  "verdict" text NOT NULL DEFAULT 'unclear' CHECK ("verdict" IN ('outage', 'poison-pill', 'unclear')),
  "verdict_sentence" text NOT NULL DEFAULT '',
  "trouble_rank" integer NOT NULL DEFAULT 1,
  "note" text,
  "owner" text,
  "ticket" text
);
CREATE UNIQUE INDEX "dead_letter_cause_cluster_cause_id_key" ON "dead_letter_cause" ("cluster", "cause_id");

-- A row a dead letter. Its id is made of topic, partition and offset, so that there is one row a record whatever is
-- read twice. No foreign keys: a flood brings tens of thousands of rows a second, and all writers are one store.
CREATE TABLE "dead_letter" (
  "topic_ref" integer NOT NULL,
  "partition" integer NOT NULL,
  "record_offset" bigint NOT NULL,
  -- The order of indexing: a set is frozen by it.
  "seq" bigint GENERATED ALWAYS AS IDENTITY,
  "cause_ref" integer NOT NULL,
  "state" text NOT NULL DEFAULT 'open' CHECK ("state" IN
    ('open', 'in-redrive', 'passed', 'returned', 'unknown', 'discarded', 'expired')),
  "state_at" timestamptz(3) NOT NULL,
  "state_reason" text,
  "at" timestamptz(3) NOT NULL,
  "origin_topic" text,
  "origin_partition" integer,
  "origin_offset" bigint,
  "origin_at" timestamptz(3),
  "from_topic" text,
  "from_partition" integer,
  "from_offset" bigint,
  "from_at" timestamptz(3),
  "attempts" integer,
  "exception" text,
  "message" text,
  "event_id" text,
  -- Only where the configuration keeps previews.
  "key" text,
  -- The first 8 bytes of the key's sha256; null for a record without a key.
  "key_hash" bigint,
  "value_bytes" integer,
  "pointer" boolean NOT NULL,
  "hops" integer NOT NULL,
  "redrive_id" text,
  -- The dead letter of the same failure that counts in this one's place; it lies in the same topic.
  "twin_partition" integer,
  "twin_offset" bigint,
  PRIMARY KEY ("topic_ref", "partition", "record_offset")
);
-- Lists by cause (group, text) and by topic: pages are merged from these, one stream a cause or topic and state.
CREATE INDEX "dead_letter_cause_ref_state_at_seq_idx"
  ON "dead_letter" ("cause_ref", "state", "at" DESC, "seq" DESC) WHERE "twin_offset" IS NULL;
CREATE INDEX "dead_letter_topic_ref_state_at_seq_idx"
  ON "dead_letter" ("topic_ref", "state", "at" DESC, "seq" DESC) WHERE "twin_offset" IS NULL;
-- Twins are found by the copy that failed.
CREATE INDEX "dead_letter_topic_ref_from_partition_from_offset_idx"
  ON "dead_letter" ("topic_ref", "from_partition", "from_offset") WHERE "from_offset" IS NOT NULL;
CREATE INDEX "dead_letter_key_hash_at_idx" ON "dead_letter" ("key_hash", "at" DESC) WHERE "key_hash" IS NOT NULL;

-- How many dead letters a cause has in a topic and state; written with the rows. Twins do not count.
CREATE TABLE "dead_letter_tally" (
  "cause_ref" integer NOT NULL,
  "topic_ref" integer NOT NULL,
  "state" text NOT NULL,
  "count" bigint NOT NULL,
  PRIMARY KEY ("cause_ref", "topic_ref", "state")
);
CREATE INDEX "dead_letter_tally_topic_ref_idx" ON "dead_letter_tally" ("topic_ref");

-- How many came when, by their own time: steps of 60 s are kept 30 days, steps of 5 s for an hour.
CREATE TABLE "dead_letter_arrival" (
  "cause_ref" integer NOT NULL,
  "step_s" integer NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "topic_ref" integer NOT NULL,
  "count" bigint NOT NULL,
  PRIMARY KEY ("cause_ref", "step_s", "at", "topic_ref")
);
CREATE INDEX "dead_letter_arrival_step_s_at_idx" ON "dead_letter_arrival" ("step_s", "at");

-- The keys of a cause, the first 1,000 of them.
CREATE TABLE "dead_letter_key" (
  "cause_ref" integer NOT NULL,
  "key_hash" bigint NOT NULL,
  -- Only where the configuration keeps previews.
  "key" text,
  "topic_ref" integer NOT NULL,
  "count" bigint NOT NULL,
  PRIMARY KEY ("cause_ref", "key_hash")
);
