import type { TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";

/**
 * topicsThere reads where topics begin and end, from the brokers. Throws `topic_unknown` with the name of the first that
 * the cluster does not have, `cluster_unreachable`, `read_refused`.
 */
export async function topicsThere(
  ctx: Ctx,
  cluster: string,
  topics: readonly string[],
): Promise<Map<string, TopicLog>> {
  const logs = await askRecords(ctx, { cluster, otherwise: "read_refused" }, (kafka, signal) =>
    kafka.topicLogs.read(topics, signal),
  );
  const missing = topics.find((topic) => !logs.has(topic));
  if (missing === undefined) return logs;
  throw new AppError("topic_unknown", `The cluster has no topic ${missing}.`, {
    details: { cluster, topic: missing },
  });
}
