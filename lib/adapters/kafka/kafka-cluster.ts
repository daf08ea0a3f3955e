import type { LinkOptions } from "#lib/adapters/kafka/broker-link.ts";
import { makeCopyCluster } from "#lib/adapters/kafka/copy/copy-cluster.ts";
import type { CopyCluster, CopyFailpoints } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openClusterLinks, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { makeGroupAdmin, type GroupAdmin } from "#lib/adapters/kafka/group-admin.ts";
import { makePartitionReader, type PartitionReader } from "#lib/adapters/kafka/partition-reader.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { readSizes, readTopicConfigs } from "#lib/adapters/kafka/read-topic-facts.ts";
import { produceRecord } from "#lib/adapters/kafka/produce-record.ts";
import { openSearchPool } from "#lib/adapters/kafka/search/pool.ts";
import type { ClusterRecords, SchemaRegistryAccess } from "#lib/adapters/kafka/search/types.ts";
import { readTails } from "#lib/adapters/kafka/read-tails.ts";
import { makeSweeper } from "#lib/adapters/kafka/sweep.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import { makeTopicLogs, type TopicLogs } from "#lib/adapters/kafka/topic-logs.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ClusterObservation, ReadTail, SweepPart, Tail } from "#lib/domain/sweep/observation.ts";
import type { NewRecord, ProducedRecord } from "#lib/domain/records/new-record.ts";
import type { MaskingRule } from "#lib/domain/records/record-search.ts";
import type { TopicConfig, TopicPartition } from "#lib/domain/topics/topic.ts";

/** A topic as the brokers describe it now; what failed stands in `failures`. */
export interface TopicDescription {
  topicId: string | null;
  partitions: Omit<TopicPartition, "start" | "end">[];
  configs: TopicConfig[];
  failures: PartialFailure[];
}

/**
 * KafkaCluster is one cluster of the config, asked without joining any group. It opens connections on first use and
 * keeps one a broker. Its calls throw KafkaError, or the signal's reason when that is aborted.
 */
export interface KafkaCluster {
  /** Reads groups, commits and ends (at most three requests a broker) and the `parts` asked for. */
  sweep(parts: ReadonlySet<SweepPart>, signal: AbortSignal): Promise<ClusterObservation>;
  /**
   * Counts the records in tails that a read_committed reader can be given: one bounded request a leader. A tail that
   * this does not reach is left out of the answer.
   */
  readTails(tails: readonly Tail[], signal: AbortSignal): Promise<ReadTail[]>;
  /** Throws KafkaError `not_found` for a topic that is not there. */
  describeTopic(name: string, signal: AbortSignal): Promise<TopicDescription>;
  /** One named group, read and changed through its coordinator. */
  readonly groupAdmin: GroupAdmin;
  /** Where named topics begin and end, and when their records were made. */
  readonly topicLogs: TopicLogs;
  /** Whole partitions, followed without a group. */
  readonly reader: PartitionReader;
  /** The records themselves, searched and read in processes of their own, decoded and masked. */
  readonly records: ClusterRecords;
  /** What copy jobs read and write, over connections of their own. */
  readonly copy: CopyCluster;
  /** Writes one record; see {@link produceRecord}. Throws KafkaError `read_only` on a cluster that is. */
  produce(record: NewRecord, signal: AbortSignal): Promise<ProducedRecord>;
  close(): Promise<void>;
}

/** How to reach one cluster. Holds secrets: never logged. */
export interface KafkaClusterOptions {
  readonly bootstrap: readonly string[];
  readonly clientId: string;
  readonly tls: LinkOptions["tls"];
  readonly sasl: LinkOptions["sasl"];
  /** Epoch ms. */
  readonly now: () => number;
  /** Refuses every change; false where absent. */
  readonly readOnly?: boolean;
  /** What is hidden of records; nothing where absent. */
  readonly masking?: readonly MaskingRule[];
  /** null or absent where the cluster has none. */
  readonly schemaRegistry?: SchemaRegistryAccess | null;
  /** Searches of records that run at once; 4 where absent. */
  readonly searchThreads?: number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** Where a test stops the copies of jobs; a real process leaves it out. */
  readonly copyFailpoints?: CopyFailpoints | undefined;
}

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 8_000;
const SEARCH_THREADS = 4;

/** openKafkaCluster makes a {@link KafkaCluster}; an unreachable one is no error until it is asked. */
export function openKafkaCluster(options: KafkaClusterOptions): KafkaCluster {
  const link: LinkOptions = {
    clientId: options.clientId,
    tls: options.tls,
    sasl: options.sasl,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  };
  const open = (): ClusterLinks => openClusterLinks(options.bootstrap, link);
  const links = open();
  const reader = makePartitionReader(open);
  const records = openSearchPool({
    bootstrap: options.bootstrap,
    link,
    masking: options.masking ?? [],
    schemaRegistry: options.schemaRegistry ?? null,
    threads: options.searchThreads ?? SEARCH_THREADS,
  });
  const sweeper = makeSweeper(links, options.now);
  const copy = makeCopyCluster(open, {
    ...{ readOnly: options.readOnly ?? false, now: options.now, failpoints: options.copyFailpoints },
  });
  return {
    sweep: (parts, signal) => sweeper.sweep(parts, signal),
    async readTails(tails, signal) {
      if (tails.length === 0) return [];
      const layout = await sweeper.layout(signal);
      return readTails(tails, { layout, brokers: links.brokers(), signal });
    },
    describeTopic: (name, signal) => describeTopic(links, name, signal),
    groupAdmin: makeGroupAdmin(links, { now: options.now, readOnly: options.readOnly ?? false }),
    topicLogs: makeTopicLogs(links),
    reader,
    records,
    copy,
    produce: (record, signal) =>
      produceRecord(links, record, { readOnly: options.readOnly ?? false, now: options.now, signal }),
    async close() {
      await Promise.all([links.close(), reader.close(), records.close(), copy.close()]);
    },
  };
}

async function describeTopic(
  links: ClusterLinks,
  name: string,
  signal: AbortSignal,
): Promise<TopicDescription> {
  const metadata = await links.metadata([name], signal);
  const topic = metadata.topics.find((each) => each.name === name);
  if (topic === undefined || topic.errorCode !== 0) {
    const why = topic === undefined ? "no answer names it" : nameOf(topic.errorCode);
    throw new KafkaError(
      topic?.errorCode === 29 ? "authorization_failed" : "not_found",
      `topic ${name}: ${why}.`,
    );
  }
  const failures: PartialFailure[] = [];
  const partitions = leadersOf(metadata).get(name) ?? [];
  const asked = [{ name, partitions: partitions.map((_, partition) => partition) }];
  const sizes = await readSizes(links.brokers(), asked, { signal, failures });
  return {
    topicId: topicIdOf(topic.topicId),
    partitions: partitions.map((each, partition) => ({
      ...each,
      partition,
      sizeBytes: sizes.topics.get(name)?.[partition] ?? null,
    })),
    configs: await configsOf(links, name, { signal, failures }),
    failures,
  };
}

async function configsOf(
  links: ClusterLinks,
  name: string,
  { signal, failures }: { signal: AbortSignal; failures: PartialFailure[] },
): Promise<TopicConfig[]> {
  for (const link of links.brokers().values()) {
    try {
      return await readTopicConfigs(link, name, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push({ subject: "configs", reason: toKafkaError(error, link.address).message });
    }
  }
  return [];
}
