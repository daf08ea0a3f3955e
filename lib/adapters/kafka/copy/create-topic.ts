import { createTopicsV5, createTopicsV6, createTopicsV7 } from "@platformatic/kafka";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";

/** A topic as it is asked for; its replication is what the broker is set to. */
interface TopicWanted {
  readonly name: string;
  readonly partitionCount: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** Why it was not made: a right is missing, or else; `said` is the code's name and the broker's words. */
interface CreateRefusal {
  readonly denied: boolean;
  readonly said: string;
}

const CREATE_TOPICS = [createTopicsV7.api, createTopicsV6.api, createTopicsV5.api];
const CREATE_LIMIT_MS = 10_000;
const TOPIC_ALREADY_EXISTS = 36;
/** TOPIC and CLUSTER_AUTHORIZATION_FAILED. */
const DENIED: readonly number[] = [29, 31];
/** Kafka's word for "as the broker is set to". */
const BROKER_DEFAULT = -1;

/**
 * createTopic makes a topic, or with `validateOnly` asks whether it could be made; answers why not, null where it was or
 * could be. A topic that is there already stays as it is, and is no refusal. Throws KafkaError where no broker answers.
 */
export async function createTopic(
  links: ClusterLinks,
  { name, partitionCount, configs }: TopicWanted,
  { validateOnly, signal }: { validateOnly: boolean; signal: AbortSignal },
): Promise<CreateRefusal | null> {
  // Asked for first, so that there are brokers to ask.
  await links.metadata([], signal);
  const [link] = links.brokers().values();
  if (link === undefined) throw new KafkaError("unreachable", "The cluster names no broker.");
  const topic = {
    ...{ name, numPartitions: partitionCount, replicationFactor: BROKER_DEFAULT, assignments: [] },
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  };
  const args: [(typeof topic)[], number, boolean] = [[topic], CREATE_LIMIT_MS, validateOnly];
  const answer = await speakNewest(link, CREATE_TOPICS, { args, signal });
  const { errorCode: code = 0, errorMessage = null } = answer.topics[0] ?? {};
  if (code === 0 || code === TOPIC_ALREADY_EXISTS) return null;
  const said = `${nameOf(code)}${errorMessage === null ? "" : `: ${errorMessage}`}`;
  return { denied: DENIED.includes(code), said };
}
