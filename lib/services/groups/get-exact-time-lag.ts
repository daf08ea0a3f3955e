import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getExactTimeLag as contract } from "#lib/contracts/groups.ts";
import type { ExactTimeLag } from "#lib/domain/groups/group.ts";
import type { GroupStanding, RecordAt, RecordTime, TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";

/** A group that lags on more partitions than this is told for the first of them, and the rest is a failure. */
const MOST_PARTITIONS = 1_000;

/**
 * getExactTimeLag reads the first unread record of each partition on which the group lags, from the brokers now: its
 * age is the time lag, exactly. A partition that was read to its end has none and is not in the answer. Throws
 * `group_unknown`, `cluster_unreachable`.
 */
export async function getExactTimeLag(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const asked = await askBrokers(ctx, cluster, async (kafka, signal) => {
    const standing = await kafka.groupAdmin.standing(group, signal);
    if (standing.kind === null) throw groupUnknown(cluster, group);
    return unread(standing, await kafka.topicLogs.read([...standing.commits.keys()], signal));
  });
  const told = asked.slice(0, MOST_PARTITIONS);
  const times = await askBrokers(ctx, cluster, (kafka, signal) => kafka.topicLogs.recordTimes(told, signal));
  const now = ctx.now();
  const items = times.map((each) => exactOf(each, now));
  const lags = items.flatMap((each) => (each.state === "known" ? [each.timeLagMs] : []));
  const left = asked.length - told.length;
  return {
    observedAt: now,
    timeLagMs: asked.length === 0 ? 0 : lags.length === 0 ? null : Math.max(...lags),
    items,
    failures:
      left === 0
        ? []
        : [{ subject: `group ${group}`, reason: `${left} more partitions lag and were not read.` }],
  };
}

/** Where the group reads next, of partitions that hold something there. */
function unread({ commits }: GroupStanding, logs: ReadonlyMap<string, TopicLog>): RecordAt[] {
  return [...commits].flatMap(([topic, ofTopic]) =>
    [...ofTopic].flatMap(([partition, commit]) => {
      const log = logs.get(topic);
      const { start, end } = log?.partitions[partition] ?? { start: null, end: null };
      if (log === undefined || start === null || end === null || commit.offset >= end) return [];
      // What lies below the start is gone: the first record that is left is read next.
      const offset = commit.offset < start ? start : commit.offset;
      return [{ topic, partition, topicId: log.topicId, offset }];
    }),
  );
}

function exactOf(time: RecordTime, now: number): ExactTimeLag {
  const { topic, partition, offset } = time;
  if (time.state === "unknown") return { topic, partition, offset, state: "unknown", reason: time.reason };
  return {
    ...{ topic, partition, offset },
    state: "known",
    recordAt: time.at,
    timeLagMs: Math.max(0, now - time.at),
  };
}
