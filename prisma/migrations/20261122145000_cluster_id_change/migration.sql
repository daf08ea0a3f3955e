-- Another Kafka cluster answered under this name: what is stored from before speaks of the one before.
ALTER TABLE "cluster_state"
  ADD COLUMN "previous_kafka_cluster_id" text,
  ADD COLUMN "kafka_cluster_id_changed_at" timestamptz(3);
