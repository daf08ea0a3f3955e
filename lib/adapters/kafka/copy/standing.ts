import { describeConfigsV4, metadataV12 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { TargetStanding } from "#lib/adapters/kafka/copy/copy-port.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";

const TOPIC_RESOURCE = 2 as const;
const CONFIGS = ["max.message.bytes", "message.timestamp.type", "retention.ms"];
/** The bits of READ, WRITE and DESCRIBE in Kafka's list of operations. */
const READ = 1 << 3;
const WRITE = 1 << 4;
const DESCRIBE = 1 << 8;
/** Kafka's word for "not told". */
const NOT_TOLD = -2147483648;
const TOPIC_AUTHORIZATION_FAILED = 29;

type Configs = ReadonlyMap<string, string | null>;

/** standingOf tells what brokers allow on topics now, in the order they are asked for. Throws KafkaError. */
export async function standingOf(
  links: ClusterLinks,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<TargetStanding[]> {
  if (topics.length === 0) return [];
  await links.metadata([], signal);
  const [link] = links.brokers().values();
  if (link === undefined) throw new KafkaError("unreachable", "The cluster names no broker.");
  const metadata = await link.call(metadataV12.api, [[...topics], false, true], signal);
  const configs = await configsOf(link, topics, signal);
  return topics.map((topic) => {
    const told = metadata.topics.find(({ name }) => name === topic);
    const operations = told?.topicAuthorizedOperations ?? NOT_TOLD;
    const may = (bit: number): boolean | null => (operations === NOT_TOLD ? null : (operations & bit) !== 0);
    const denied = told?.errorCode === TOPIC_AUTHORIZATION_FAILED;
    return {
      topic,
      topicId: told === undefined ? null : topicIdOf(told.topicId),
      partitionCount: told?.partitions.length ?? 0,
      ...settingsOf(configs.get(topic)),
      mayRead: denied ? false : may(READ),
      mayWrite: denied ? false : may(WRITE),
      mayDescribe: denied ? false : may(DESCRIBE),
    };
  });
}

/** Settings that may not be read are unknown, which is no failure. */
async function configsOf(
  link: BrokerLink,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Configs>> {
  const resources = topics.map((resourceName) => ({
    resourceType: TOPIC_RESOURCE,
    resourceName,
    configurationKeys: CONFIGS,
  }));
  const args: Parameters<typeof describeConfigsV4.createRequest> = [resources, false, false];
  const { results } = await speakNewest(link, [describeConfigsV4.api], { args, signal });
  return new Map(
    results
      .filter(({ errorCode }) => errorCode === 0)
      .map((each) => [
        each.resourceName,
        new Map(each.configs.map(({ name, value }) => [name, value ?? null])),
      ]),
  );
}

function settingsOf(
  configs: Configs | undefined,
): Pick<TargetStanding, "maxMessageBytes" | "timestampType" | "retentionMs"> {
  const number = (name: string): number | null => {
    const value = configs?.get(name) ?? null;
    return value === null ? null : Number(value);
  };
  const type = configs?.get("message.timestamp.type") ?? null;
  return {
    maxMessageBytes: number("max.message.bytes"),
    timestampType: type === "CreateTime" || type === "LogAppendTime" ? type : null,
    retentionMs: number("retention.ms"),
  };
}
