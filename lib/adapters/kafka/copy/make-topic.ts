import { setTimeout as delay } from "node:timers/promises";
import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { NewTopic } from "#lib/adapters/kafka/copy/copy-port.ts";
import { createTopic } from "#lib/adapters/kafka/copy/create-topic.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { leadersOf } from "#lib/adapters/kafka/topics-of-metadata.ts";

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
  const refusal = await createTopic(links, wanted(topic), { validateOnly: true, signal });
  if (refusal === null) return null;
  return refusal.denied
    ? `Sluice may not make the topic ${topic.topic}: it needs the right CREATE on it.`
    : `The topic ${topic.topic} cannot be made: ${refusal.said}.`;
}

/**
 * makeTopic makes a topic where none of its name is there, kept by time alone, and waits until all of it is led. Throws
 * KafkaError `authorization_failed` where it may not be made, `timeout` where a partition has no leader for 20 s.
 */
export async function makeTopic(links: ClusterLinks, topic: NewTopic, signal: AbortSignal): Promise<void> {
  const refusal = await createTopic(links, wanted(topic), { validateOnly: false, signal });
  if (refusal !== null)
    throw new KafkaError(
      refusal.denied ? "authorization_failed" : "unknown",
      `topic ${topic.topic} cannot be made: ${refusal.said}`,
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

const wanted = ({ topic, partitionCount, maxMessageBytes, retentionMs }: NewTopic) => ({
  ...{ name: topic, partitionCount },
  configs: {
    "cleanup.policy": "delete",
    "retention.ms": String(retentionMs),
    ...(maxMessageBytes === null ? {} : { "max.message.bytes": String(maxMessageBytes) }),
  },
});
