import type { LinkOptions } from "#lib/adapters/kafka/broker-link.ts";
import { openClusterLinks, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { readSizes, readTopicConfigs } from "#lib/adapters/kafka/read-topic-facts.ts";
import { leadersOf, makeSweeper, topicIdOf } from "#lib/adapters/kafka/sweep.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ClusterObservation, SweepPart } from "#lib/domain/clusters/observation.ts";
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
  /** Throws KafkaError `not_found` for a topic that is not there. */
  describeTopic(name: string, signal: AbortSignal): Promise<TopicDescription>;
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
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 8_000;

/** openKafkaCluster makes a {@link KafkaCluster}; an unreachable one is no error until it is asked. */
export function openKafkaCluster(options: KafkaClusterOptions): KafkaCluster {
  const links = openClusterLinks(options.bootstrap, {
    clientId: options.clientId,
    tls: options.tls,
    sasl: options.sasl,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  });
  const sweeper = makeSweeper(links, options.now);
  return {
    sweep: (parts, signal) => sweeper.sweep(parts, signal),
    describeTopic: (name, signal) => describeTopic(links, name, signal),
    close: () => links.close(),
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
