import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

/** The brokers of a cluster as a file. */
export const BROKER_FILE: readonly FileColumn<BrokerRow>[] = [
  { name: "broker_id", value: (row) => row.id },
  { name: "host", value: (row) => row.host },
  { name: "port", value: (row) => row.port },
  { name: "rack", value: (row) => row.rack },
  { name: "controller", value: (row) => row.controller },
  { name: "leaders", value: (row) => row.leaderCount },
  { name: "replicas", value: (row) => row.replicaCount },
  { name: "under_replicated", value: (row) => row.underReplicatedCount },
  { name: "size_bytes", value: (row) => row.sizeBytes },
  { name: "missing_since", value: (row) => instantText(row.missingSinceAt) },
  { name: "observed_at", value: (row) => instantText(row.observedAt) },
];
