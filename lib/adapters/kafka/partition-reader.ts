import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type {
  PartitionOutcome,
  PartitionPlan,
  ResolvedOffsets,
  ScanHandlers,
  ScanOptions,
} from "#lib/adapters/kafka/scan/types.ts";

/** PartitionReader follows topics without joining a group, over connections of its own. Its calls throw KafkaError. */
export interface PartitionReader {
  /** Where topics begin, and end for a read_committed reader. */
  offsets(topics: readonly string[], signal: AbortSignal): Promise<ResolvedOffsets>;
  /** Reads the committed records of a plan; see {@link readPartitions}. */
  read(
    plan: readonly PartitionPlan[],
    scan: ScanHandlers & Omit<ScanOptions, "isolation">,
  ): Promise<PartitionOutcome[]>;
  close(): Promise<void>;
}

const ISOLATION = "read_committed";

/** makePartitionReader makes a {@link PartitionReader}; `open` is called once, on first use. */
export function makePartitionReader(open: () => ClusterLinks): PartitionReader {
  let links: ClusterLinks | undefined;
  const own = (): ClusterLinks => (links ??= open());
  return {
    offsets: (topics, signal) =>
      resolveOffsets(
        own(),
        {
          topics,
          partitions: null,
          start: { kind: "oldest" },
          end: { kind: "end" },
          isolation: ISOLATION,
        },
        signal,
      ),
    read: (plan, scan) => readPartitions(own(), plan, { ...scan, isolation: ISOLATION }),
    async close() {
      await links?.close();
    },
  };
}
