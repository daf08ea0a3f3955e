import type { FileColumn } from "#components/ui/table-file.ts";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

/** The clusters of the config as a file. */
export const CLUSTER_FILE: readonly FileColumn<ClusterSummary>[] = [
  { name: "cluster", value: (row) => row.id },
  { name: "name", value: (row) => row.name },
  { name: "kafka_cluster_id", value: (row) => row.kafkaClusterId },
  { name: "read_only", value: (row) => row.readOnly },
  { name: "reachability", value: (row) => row.reachability.state },
  { name: "sampling", value: (row) => row.sampling.state },
  { name: "sweep_ms", value: (row) => row.sweep?.durationMs ?? null },
  { name: "sweep_requests", value: (row) => row.sweep?.requests ?? null },
  { name: "brokers", value: (row) => row.brokerCount },
  { name: "topics", value: (row) => row.topicCount },
  { name: "groups", value: (row) => row.groupCount },
];
