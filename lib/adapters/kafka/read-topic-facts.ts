import {
  describeConfigsV4,
  describeLogDirsV2,
  describeLogDirsV3,
  describeLogDirsV4,
} from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedSizes, ObservedTopicConfig } from "#lib/domain/sweep/observation.ts";
import type { TopicConfig } from "#lib/domain/topics/topic.ts";

const TOPIC_RESOURCE = 2 as const;
const BROKER_RESOURCE = 4 as const;
const CLUSTER_AUTHORIZATION_FAILED = 31;
/** DYNAMIC_TOPIC_CONFIG: set on the topic itself. */
const SET_ON_TOPIC = 1;

/** What readConfigs learned; `offsetsRetentionMs` is null where the broker did not tell. */
export interface ConfigsRead {
  topics: Map<string, ObservedTopicConfig>;
  offsetsRetentionMs: number | null;
}

/**
 * readConfigs asks one broker for the cleanup policy and retention of all topics and for how long it keeps offsets:
 * one request. Not being allowed to see the broker's own settings is no failure: they are unknown then.
 */
export async function readConfigs(
  broker: { id: number; link: BrokerLink },
  topics: readonly string[],
  { signal, failures }: { signal: AbortSignal; failures: PartialFailure[] },
): Promise<ConfigsRead> {
  const read: ConfigsRead = { topics: new Map(), offsetsRetentionMs: null };
  const resources = [
    {
      resourceType: BROKER_RESOURCE,
      resourceName: String(broker.id),
      configurationKeys: ["offsets.retention.minutes"],
    },
    ...topics.map((resourceName) => ({
      resourceType: TOPIC_RESOURCE,
      resourceName,
      configurationKeys: ["cleanup.policy", "retention.ms", "retention.bytes"],
    })),
  ];
  const answer = await speakNewest(broker.link, [describeConfigsV4.api], {
    args: [resources, false, false],
    signal,
  });
  for (const { resourceType, resourceName, errorCode, configs } of answer.results) {
    const ofTopic = resourceType === TOPIC_RESOURCE;
    if (errorCode !== 0) {
      if (!ofTopic && errorCode === CLUSTER_AUTHORIZATION_FAILED) continue;
      const subject = `${ofTopic ? "topic" : "broker"} ${resourceName}`;
      failures.push({ subject, reason: `Its configs cannot be read (${nameOf(errorCode)}).` });
      continue;
    }
    const valueOf = (name: string): string | null =>
      configs.find((each) => each.name === name)?.value ?? null;
    if (ofTopic) {
      read.topics.set(resourceName, {
        cleanupPolicy: valueOf("cleanup.policy"),
        retentionMs: numberOf(valueOf("retention.ms")),
        retentionBytes: numberOf(valueOf("retention.bytes")),
      });
    } else {
      const minutes = numberOf(valueOf("offsets.retention.minutes"));
      read.offsetsRetentionMs = minutes === null ? null : minutes * 60_000;
    }
  }
  return read;
}

const numberOf = (value: string | null): number | null => (value === null ? null : Number(value));

/** readTopicConfigs asks one broker for every setting of one topic, by name. Throws KafkaError. */
export async function readTopicConfigs(
  link: BrokerLink,
  topic: string,
  signal: AbortSignal,
): Promise<TopicConfig[]> {
  const resources = [{ resourceType: TOPIC_RESOURCE, resourceName: topic, configurationKeys: null }];
  const answer = await speakNewest(link, [describeConfigsV4.api], {
    args: [resources, false, false],
    signal,
  });
  return answer.results
    .flatMap((result) => result.configs)
    .map(({ name, value, isSensitive, configSource }) => ({
      name,
      value: isSensitive ? null : (value ?? null),
      overridden: configSource === SET_ON_TOPIC,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** readSizes asks every broker for its log sizes: one request a broker. `topics` null is all of them. */
export async function readSizes(
  brokers: ReadonlyMap<number, BrokerLink>,
  topics: readonly { name: string; partitions: number[] }[] | null,
  { signal, failures }: { signal: AbortSignal; failures: PartialFailure[] },
): Promise<ObservedSizes> {
  const ofTopics = new Map<string, (number | null)[]>();
  const ofBrokers = new Map<number, number>();
  await Promise.all(
    [...brokers].map(async ([brokerId, link]) => {
      try {
        const versions = [describeLogDirsV4.api, describeLogDirsV3.api, describeLogDirsV2.api];
        const asked = topics === null ? null : [...topics];
        const answer = await speakNewest(link, versions, { args: [asked], signal });
        let sum = 0;
        for (const topic of answer.results.flatMap((result) => result.topics)) {
          for (const { partitionIndex, partitionSize } of topic.partitions) {
            sum += Number(partitionSize);
            keepGreatest(ofTopics, topic.name, { partition: partitionIndex, bytes: Number(partitionSize) });
          }
        }
        ofBrokers.set(brokerId, sum);
      } catch (error) {
        signal.throwIfAborted();
        failures.push({
          subject: `log sizes of broker ${brokerId}`,
          reason: toKafkaError(error, link.address).message,
        });
      }
    }),
  );
  return { topics: ofTopics, brokers: ofBrokers };
}

function keepGreatest(
  sizes: Map<string, (number | null)[]>,
  topic: string,
  { partition, bytes }: { partition: number; bytes: number },
): void {
  const ofTopic = sizes.get(topic) ?? [];
  sizes.set(topic, ofTopic);
  while (ofTopic.length <= partition) ofTopic.push(null);
  ofTopic[partition] = Math.max(ofTopic[partition] ?? 0, bytes);
}
