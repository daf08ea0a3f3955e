import type { TopicDescription } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getTopic as contract } from "#lib/contracts/topics.ts";
import type { StoredTopic } from "#lib/adapters/db/topics.ts";
import { AppError } from "#lib/services/app-error.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** The broker is given this long; the page does not wait for it longer. */
const ASK_LIMIT_MS = 5_000;

/**
 * getTopic answers one topic: numbers and readers from the last sweep, leaders, sizes and configs from the brokers
 * now. When Kafka fails the rest stands and `failures` says what is missing. Throws `cluster_unknown`,
 * `topic_unknown`.
 */
export async function getTopic(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic: name } = input.params;
  const stored = await ctx.db.topics.get(cluster, name);
  if (stored === null) throw topicUnknown(cluster, name);
  const readers = await ctx.db.topics.readers(cluster, name);
  const asked = await describe(ctx, cluster, name);
  return {
    topic: {
      ...stored.row,
      ...{ partitions: partitionsOf(stored, asked), configs: asked.configs, readers },
      openTransactions: await ctx.db.openTransactions.ofTopic(cluster, name),
    },
    failures: asked.failures,
  };
}

async function describe(ctx: Ctx, cluster: string, name: string): Promise<TopicDescription> {
  try {
    const limit = AbortSignal.any([ctx.signal, AbortSignal.timeout(ASK_LIMIT_MS)]);
    return await ctx.kafka(cluster).describeTopic(name, limit);
  } catch (error) {
    ctx.signal.throwIfAborted();
    const reason = isKafkaError(error) ? error.message : "The brokers did not answer in time.";
    return { topicId: null, partitions: [], configs: [], failures: [{ subject: `topic ${name}`, reason }] };
  }
}

function partitionsOf(
  stored: StoredTopic,
  asked: TopicDescription,
): OutputOf<typeof contract>["topic"]["partitions"] {
  const count = Math.max(stored.row.partitionCount, asked.partitions.length);
  return Array.from({ length: count }, (_, partition) => ({
    ...(asked.partitions[partition] ?? { leaderId: null, replicaIds: [], isrIds: [], sizeBytes: null }),
    partition,
    start: stored.starts[partition] ?? null,
    end: stored.ends[partition] ?? null,
  }));
}

/** topicUnknown is the error for a topic that the last sweep did not see. */
export function topicUnknown(cluster: string, topic: string): AppError {
  return new AppError("topic_unknown", `The cluster ${cluster} has no topic ${JSON.stringify(topic)}.`, {
    details: { cluster, topic },
  });
}
