import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getTopicHistory as contract } from "#lib/contracts/topics.ts";
import { topicHistory } from "#lib/domain/topics/topic-history.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { historyRange } from "#lib/services/history-range.ts";
import { topicUnknown } from "#lib/services/topics/get-topic.ts";

/** getTopicHistory answers a topic's append rate. Throws `cluster_unknown`, `topic_unknown`, `request_invalid`. */
export async function getTopicHistory(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic } = input.params;
  const range = historyRange(input.query, ctx.now());
  const samples = await ctx.db.history.ofTopic(cluster, topic, range);
  if (samples.length === 0 && (await ctx.db.topics.get(cluster, topic)) === null)
    throw topicUnknown(cluster, topic);
  return topicHistory(samples, range);
}
