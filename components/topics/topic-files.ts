import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { TopicConfig, TopicPartition, TopicReader, TopicRow } from "#lib/domain/topics/topic.ts";

/** A list of topics as a file. */
export const TOPIC_FILE: readonly FileColumn<TopicRow>[] = [
  { name: "topic", value: (row) => row.name },
  { name: "topic_id", value: (row) => row.topicId },
  { name: "role", value: (row) => row.role },
  { name: "partitions", value: (row) => row.partitionCount },
  { name: "replication_factor", value: (row) => row.replicationFactor },
  { name: "records_at_most", value: (row) => row.recordsAtMost },
  { name: "size_bytes", value: (row) => row.sizeBytes },
  { name: "written_records_per_second", value: (row) => row.produceRate },
  { name: "cleanup_policy", value: (row) => row.cleanupPolicy },
  {
    name: "retention_ms",
    value: ({ retention }) => (retention.state === "kept" ? retention.ms : retention.state),
  },
  { name: "groups", value: (row) => row.groupCount },
  { name: "observed_at", value: (row) => instantText(row.observedAt) },
];

/** The partitions of a topic as a file. */
export const TOPIC_PARTITION_FILE: readonly FileColumn<TopicPartition>[] = [
  { name: "partition", value: (row) => row.partition },
  { name: "leader_id", value: (row) => row.leaderId },
  { name: "replica_ids", value: (row) => row.replicaIds.map(String) },
  { name: "in_sync_replica_ids", value: (row) => row.isrIds.map(String) },
  { name: "start_offset", value: (row) => row.start },
  { name: "end_offset", value: (row) => row.end },
  { name: "size_bytes", value: (row) => row.sizeBytes },
];

/** The settings of a topic as a file. */
export const TOPIC_CONFIG_FILE: readonly FileColumn<TopicConfig>[] = [
  { name: "setting", value: (row) => row.name },
  { name: "value", value: (row) => row.value },
  { name: "set_on_topic", value: (row) => row.overridden },
];

/** Who reads a topic, as a file. */
export const TOPIC_READER_FILE: readonly FileColumn<TopicReader>[] = [
  { name: "group", value: (row) => row.group },
  { name: "verdict", value: (row) => row.verdict },
  { name: "lag_records", value: (row) => row.lag },
  { name: "time_lag_ms", value: (row) => row.timeLagMs },
  { name: "members", value: (row) => row.memberCount },
];
