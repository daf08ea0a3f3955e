/** BrokerRow is one broker of a cluster as the worker last saw it. */
export interface BrokerRow {
  id: number;
  host: string;
  port: number;
  rack: string | null;
  controller: boolean;
  leaderCount: number;
  replicaCount: number;
  /** Partitions led here whose in-sync replicas are fewer than their replicas. */
  underReplicatedCount: number;
  /** Bytes of all logs on this broker; null when it did not tell. */
  sizeBytes: number | null;
  /** null while the broker is in the metadata; else since when it is missing. */
  missingSinceAt: number | null;
  observedAt: number;
}
