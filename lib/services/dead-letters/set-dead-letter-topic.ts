import type { setDeadLetterTopic as contract } from "#lib/contracts/dead-letter-topics.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { topicsOf } from "#lib/services/dead-letters/list-dead-letter-topics.ts";

/**
 * setDeadLetterTopic adds a topic by hand, leaves one out, or leaves it to what is found; the worker follows within
 * seconds. What is indexed of a topic that is left out stays, until retention takes its records. Throws
 * `cluster_unknown`, `topic_unknown`.
 */
export async function setDeadLetterTopic(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic, choice } = input.body;
  if (choice === "add" && (await ctx.db.topics.get(cluster, topic)) === null)
    throw new AppError("topic_unknown", `The cluster has no topic ${topic}.`, {
      details: { cluster, topic },
    });
  await ctx.db.transaction(async (tx) => {
    await tx.deadLetterTopics.choose(cluster, topic, choice === "as-found" ? null : choice);
    await tx.hints.notify([{ feature: "dead-letters", cluster, id: null }]);
  });
  return topicsOf(ctx, cluster);
}
