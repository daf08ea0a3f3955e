import { setTimeout as delay } from "node:timers/promises";
import { createTopicsV5, createTopicsV6, createTopicsV7 } from "@platformatic/kafka";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { NewTopic } from "#lib/adapters/kafka/copy/copy-port.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { leadersOf } from "#lib/adapters/kafka/topics-of-metadata.ts";

const CREATE_TOPICS = [createTopicsV7.api, createTopicsV6.api, createTopicsV5.api];
const CREATE_LIMIT_MS = 10_000;
const TOPIC_ALREADY_EXISTS = 36;
/** TOPIC and CLUSTER_AUTHORIZATION_FAILED. */
const DENIED: readonly number[] = [29, 31];
/** Kafka's word for "as the broker is set to". */
const BROKER_DEFAULT = -1;
const LEADERS_PATIENCE_MS = 20_000;
const RETRY_MS = 50;

/**
 * topicRefusal tells why a topic could not be made, in a sentence; null where it could, or is there already. It makes
 * nothing. Throws KafkaError where no broker answers.
 */
export async function topicRefusal(
  links: ClusterLinks,
  topic: NewTopic,
  signal: AbortSignal,
): Promise<string | null> {
  const { code, said } = await create(links, { topic, validateOnly: true }, signal);
  if (code === 0 || code === TOPIC_ALREADY_EXISTS) return null;
  return DENIED.includes(code)
    ? `Sluice may not make the topic ${topic.topic}: it needs the right CREATE on it.`
    : `The topic ${topic.topic} cannot be made: ${said}.`;
}

/**
 * makeTopic makes a topic where none of its name is there, kept by time alone, and waits until all of it is led. Throws
 * KafkaError `authorization_failed` where it may not be made, `timeout` where a partition has no leader for 20 s.
 */
export async function makeTopic(links: ClusterLinks, topic: NewTopic, signal: AbortSignal): Promise<void> {
  const { code, said } = await create(links, { topic, validateOnly: false }, signal);
  if (code !== 0 && code !== TOPIC_ALREADY_EXISTS)
    throw new KafkaError(
      DENIED.includes(code) ? "authorization_failed" : "unknown",
      `topic ${topic.topic} cannot be made: ${said}`,
    );
  const deadline = performance.now() + LEADERS_PATIENCE_MS;
  for (;;) {
    const leaders = leadersOf(await links.metadata([topic.topic], signal)).get(topic.topic) ?? [];
    if (leaders.length > 0 && leaders.every(({ leaderId }) => leaderId !== null)) return;
    if (performance.now() >= deadline)
      throw new KafkaError("timeout", `topic ${topic.topic}: not all of its partitions have a leader.`);
    await delay(RETRY_MS, undefined, { signal });
  }
}

/** CreateTopics; the code of its answer and the broker's words. */
async function create(
  links: ClusterLinks,
  { topic, validateOnly }: { topic: NewTopic; validateOnly: boolean },
  signal: AbortSignal,
): Promise<{ code: number; said: string }> {
  // Asked for first, so that there are brokers to ask.
  await links.metadata([], signal);
  const [link] = links.brokers().values();
  if (link === undefined) throw new KafkaError("unreachable", "The cluster names no broker.");
  const { maxMessageBytes, retentionMs } = topic;
  const wanted = {
    name: topic.topic,
    numPartitions: topic.partitionCount,
    replicationFactor: BROKER_DEFAULT,
    assignments: [],
    configs: [
      { name: "cleanup.policy", value: "delete" },
      { name: "retention.ms", value: String(retentionMs) },
      ...(maxMessageBytes === null ? [] : [{ name: "max.message.bytes", value: String(maxMessageBytes) }]),
    ],
  };
  const args: [(typeof wanted)[], number, boolean] = [[wanted], CREATE_LIMIT_MS, validateOnly];
  const answer = await speakNewest(link, CREATE_TOPICS, { args, signal });
  const { errorCode: code = 0, errorMessage = null } = answer.topics[0] ?? {};
  return { code, said: `${nameOf(code)}${errorMessage === null ? "" : `: ${errorMessage}`}` };
}
