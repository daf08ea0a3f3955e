import { afterEach } from "vitest";
import { openClusterLinks, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type {
  OffsetsAsked,
  PartitionOutcome,
  RecordView,
  ScanOptions,
} from "#lib/adapters/kafka/scan/types.ts";
import { testStack } from "#test/support/stack.ts";
import { withAdminClient } from "../commit-offsets.ts";

const open: ClusterLinks[] = [];

/** closeLinksAfterEach closes what {@link scanLinks} opened when a test ends; to be called once a file. */
export function closeLinksAfterEach(): void {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((links) => links.close()));
  });
}

/** scanLinks opens links to the run's broker, or to `brokers`. */
export function scanLinks(brokers = testStack().kafkaBrokers): ClusterLinks {
  const links = openClusterLinks(brokers.split(","), {
    ...{ clientId: "sluice-test-scan", tls: null, sasl: null },
    ...{ connectTimeoutMs: 3_000, requestTimeoutMs: 10_000 },
  });
  open.push(links);
  return links;
}

/** A whole scan of topics: its records by `topic partition`, and how each partition ended. */
export interface ScanRead {
  records: Map<string, RecordView[]>;
  outcomes: PartitionOutcome[];
}

/** scanAll resolves offsets, from the oldest to the end unless told otherwise, and reads them. */
export async function scanAll(
  links: ClusterLinks,
  asked: Partial<OffsetsAsked> & Pick<OffsetsAsked, "topics">,
  options: Partial<ScanOptions> = {},
): Promise<ScanRead> {
  const isolation = asked.isolation ?? "read_committed";
  const signal = options.signal ?? AbortSignal.timeout(60_000);
  const { partitions, failures } = await resolveOffsets(
    links,
    { partitions: null, start: { kind: "oldest" }, end: { kind: "end" }, ...asked, isolation },
    signal,
  );
  if (failures.length > 0) throw new Error(failures.map((each) => each.reason).join(" "));
  const records = new Map<string, RecordView[]>();
  const outcomes = await readPartitions(links, partitions, {
    ...options,
    ...{ isolation, signal },
    onBatch({ topic, partition, records: ofBatch }) {
      const key = `${topic} ${partition}`;
      records.set(key, [...(records.get(key) ?? []), ...ofBatch]);
      return undefined;
    },
  });
  return { records, outcomes };
}

/** deleteBelow deletes the records of a topic's partition 0 below an offset, as retention does. */
export async function deleteBelow(topic: string, offset: bigint): Promise<void> {
  await withAdminClient((admin) =>
    admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset }] }] }),
  );
}
