import type { ResetPlan, ResetScope, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { warningsOf } from "#lib/domain/offset-resets/plan-notes.ts";
import { planRows } from "#lib/domain/offset-resets/plan-rows.ts";
import { planTotals } from "#lib/domain/offset-resets/plan-totals.ts";
import { caughtUpInMs } from "#lib/domain/offset-resets/rates.ts";
import { refusalOfKind, refusalsOf } from "#lib/domain/offset-resets/refusals.ts";
import {
  refKey,
  type CommitsByTopic,
  type PartitionRef,
  type TopicLog,
} from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";
import { givenCommits, type Given } from "#lib/services/offset-resets/given-commits.ts";
import { measuredRates, seenOf } from "#lib/services/offset-resets/seen-of.ts";
import { withRecordTimes } from "#lib/services/offset-resets/with-record-times.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";
import { topicUnknown } from "#lib/services/topics/get-topic.ts";

/** What a plan is asked for. */
export interface Asked {
  cluster: string;
  group: string;
  target: ResetTarget;
  scope: ResetScope;
}

/**
 * computePlan reads the group, its topics and the records at both ends of each move from the brokers now, and says
 * what the reset would do. Throws `group_unknown`, `group_unsupported`, `topic_unknown`, `cluster_unreachable` and
 * what {@link givenCommits} throws.
 */
export async function computePlan(ctx: ResetCtx, asked: Asked): Promise<ResetPlan> {
  const { cluster, group, target } = asked;
  const standing = await askBrokers(ctx, cluster, (kafka, signal) =>
    kafka.groupAdmin.standing(group, signal),
  );
  if (standing.kind === null && target.kind !== "undo") throw groupUnknown(cluster, group);
  const unsupported = refusalOfKind(group, standing.kind, standing.protocolType);
  if (unsupported !== null)
    throw new AppError("group_unsupported", unsupported.sentence, { details: { reason: unsupported.code } });
  const given = await givenCommits(ctx, asked);
  const logs = await askBrokers(ctx, cluster, (kafka, signal) =>
    kafka.topicLogs.read(topicsOf(asked.scope, given, standing.commits), signal),
  );
  const partitions = partitionsOf(asked, { given, commits: standing.commits, logs });
  const timed = await timesOf(ctx, asked, { partitions, logs, now: ctx.now() });
  const { rows, left } = planRows({
    ...{ target, partitions, logs, timed, commits: standing.commits },
    given: given?.commits ?? new Map(),
    compacted: await compactedOf(ctx, cluster, [...logs.keys()]),
  });
  const dated = await withRecordTimes(ctx, { cluster, rows, logs });
  const totals = planTotals(dated);
  const rates = await measuredRates(ctx, cluster, group);
  const named = new Set(dated.map((row) => row.topic));
  const told = {
    readAt: standing.readAt,
    ...{ groupKind: standing.kind, groupState: standing.state, protocolType: standing.protocolType },
    memberCount: standing.memberCount,
    topics: [...logs.values()]
      .filter(({ topic }) => named.has(topic))
      .map(({ topic, topicId, partitions: all }) => ({ topic, topicId, partitionCount: all.length })),
    ...{ rows: dated, left, totals },
    consumeRate: rates.consumeRate,
    drainsInMs: caughtUpInMs(totals.lagAfter, rates),
  };
  const seen = await seenOf(ctx, { cluster, group, plan: null });
  return {
    ...told,
    warnings: warningsOf(told, { target, now: ctx.now(), ...seen }),
    refusals: refusalsOf(told, target),
  };
}

function topicsOf(scope: ResetScope, given: Given | null, commits: CommitsByTopic): string[] {
  if (scope.kind === "topics") return [...new Set(scope.topics)];
  if (scope.kind === "partitions") return [...new Set(scope.partitions.map((each) => each.topic))];
  if (given !== null) return [...new Set(given.partitions.map((each) => each.topic))];
  return [...commits.keys()];
}

/** The partitions of the scope, by topic and number. An undo and a deleted group speak of their own partitions. */
function partitionsOf(
  { cluster, scope, target }: Asked,
  found: { given: Given | null; commits: CommitsByTopic; logs: ReadonlyMap<string, TopicLog> },
): PartitionRef[] {
  const { given, commits, logs } = found;
  if (scope.kind === "partitions") return sorted(scope.partitions);
  if (given !== null) {
    const wanted = scope.kind === "topics" ? new Set(scope.topics) : null;
    return sorted(given.partitions.filter(({ topic }) => wanted === null || wanted.has(topic)));
  }
  if (target.kind === "none" || target.kind === "delete-group") return committedOf(scope, commits);
  const topics = topicsOf(scope, given, commits);
  return sorted(
    topics.flatMap((topic) => {
      const log = logs.get(topic);
      if (log === undefined && scope.kind === "topics") throw topicUnknown(cluster, topic);
      const count = log?.partitions.length ?? Math.max(...(commits.get(topic)?.keys() ?? [-1])) + 1;
      return Array.from({ length: count }, (_, partition) => ({ topic, partition }));
    }),
  );
}

function committedOf(scope: ResetScope, commits: CommitsByTopic): PartitionRef[] {
  const wanted = scope.kind === "topics" ? new Set(scope.topics) : null;
  return sorted(
    [...commits]
      .filter(([topic]) => wanted === null || wanted.has(topic))
      .flatMap(([topic, ofTopic]) => [...ofTopic.keys()].map((partition) => ({ topic, partition }))),
  );
}

function sorted(partitions: readonly PartitionRef[]): PartitionRef[] {
  const unique = new Map(partitions.map((each) => [refKey(each), each]));
  return [...unique.values()].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  );
}

/** Kafka's first offset at or after an instant, for targets that are one. */
async function timesOf(
  ctx: ResetCtx,
  { cluster, target }: Asked,
  { partitions, logs, now }: { partitions: PartitionRef[]; logs: ReadonlyMap<string, TopicLog>; now: number },
): Promise<Map<string, bigint | null>> {
  if (target.kind !== "time" && target.kind !== "ago") return new Map();
  const at = target.kind === "time" ? target.at : now - target.ms;
  const there = partitions.filter(
    ({ topic, partition }) => logs.get(topic)?.partitions[partition] !== undefined,
  );
  const found = await askBrokers(ctx, cluster, (kafka, signal) =>
    kafka.topicLogs.offsetsAt(
      there.map((each) => ({ ...each, at })),
      signal,
    ),
  );
  return new Map(found.map((each) => [refKey(each), each.offset]));
}

async function compactedOf(ctx: ResetCtx, cluster: string, topics: readonly string[]): Promise<Set<string>> {
  const stored = await Promise.all(topics.map((topic) => ctx.db.topics.get(cluster, topic)));
  return new Set(topics.filter((_, index) => stored[index]?.row.cleanupPolicy?.includes("compact") === true));
}
