-- One row a sweep: what the overview draws of a whole cluster, so that no chart adds up every series.
CREATE TABLE "cluster_sample" (
  "cluster" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "produce_rate" double precision,
  "consume_rate" double precision,
  "lag" bigint,
  PRIMARY KEY ("cluster", "at")
);
