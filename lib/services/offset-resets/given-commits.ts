import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import type { GivenCommit } from "#lib/domain/offset-resets/plan-rows.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import { refKey, type PartitionRef } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";

/** What another source says of partitions, and which partitions it speaks of. */
export interface Given {
  commits: Map<string, GivenCommit>;
  partitions: PartitionRef[];
}

interface Of {
  cluster: string;
  group: string;
  target: ResetTarget;
}

/**
 * givenCommits reads what a target refers to: another group's commits, a snapshot, what a reset changed; null for a
 * target that refers to nothing. Throws `group_unknown`, `snapshot_unknown`, `reset_unknown`, `reset_not_undoable`.
 */
export async function givenCommits(ctx: ResetCtx, { cluster, group, target }: Of): Promise<Given | null> {
  switch (target.kind) {
    case "group":
      return ofGroup(ctx, cluster, target.group);
    case "snapshot":
      return ofSnapshot(ctx, { cluster, group }, target.id);
    case "undo":
      return ofReset(ctx, { cluster, group }, target.id);
    default:
      return null;
  }
}

async function ofGroup(ctx: ResetCtx, cluster: string, group: string): Promise<Given> {
  const read = (kafka: KafkaCluster, signal: AbortSignal) => kafka.groupAdmin.standing(group, signal);
  const { kind, commits } = await askBrokers(ctx, cluster, read);
  if (kind === null)
    throw new AppError(
      "group_unknown",
      `The cluster has no group ${JSON.stringify(group)} to take commits from.`,
    );
  const given: Given = { commits: new Map(), partitions: [] };
  for (const [topic, ofTopic] of commits) {
    for (const [partition, { offset, leaderEpoch }] of ofTopic) {
      // The metadata is the other group's own.
      const commit = { offset, leaderEpoch, metadata: "" };
      given.commits.set(refKey({ topic, partition }), { commit, topicId: null });
      given.partitions.push({ topic, partition });
    }
  }
  return given;
}

async function ofSnapshot(
  ctx: ResetCtx,
  { cluster, group }: { cluster: string; group: string },
  id: string,
): Promise<Given> {
  const rows = await ctx.db.offsetSnapshots.rowsOf(cluster, group, id);
  if (rows === null) throw new AppError("snapshot_unknown", "The group has no snapshot of this id.");
  return {
    commits: new Map(rows.map((row) => [refKey(row), { commit: row.commit, topicId: row.topicId }])),
    partitions: rows.map(({ topic, partition }) => ({ topic, partition })),
  };
}

async function ofReset(
  ctx: ResetCtx,
  { cluster, group }: { cluster: string; group: string },
  id: string,
): Promise<Given> {
  const reset = await findReset(ctx, { cluster, group, id });
  if (reset.state !== "applied" && reset.state !== "failed") {
    throw new AppError("reset_not_undoable", `The reset is ${reset.state}: there is nothing to take back.`, {
      details: { state: reset.state },
    });
  }
  const ids = new Map(reset.plan.topics.map((each) => [each.topic, each.topicId]));
  const rows = changedRows(reset.plan.rows);
  return {
    commits: new Map(
      rows.map((row) => [
        refKey(row),
        { commit: row.from, topicId: ids.get(row.topic) ?? null, put: row.to },
      ]),
    ),
    partitions: rows.map(({ topic, partition }) => ({ topic, partition })),
  };
}
