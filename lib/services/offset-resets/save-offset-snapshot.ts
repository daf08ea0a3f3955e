import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { saveOffsetSnapshot as contract } from "#lib/contracts/offset-resets.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import type { SnapshotRow } from "#lib/domain/offset-resets/offset-reset.ts";
import { commitOf, type CommitsByTopic, type TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { groupUnknown } from "#lib/services/groups/get-group.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";

/**
 * saveOffsetSnapshot reads a group's commits now and keeps them under a name, "no commit" included, for every
 * partition of the topics it has commits on. Throws `group_unknown`, `snapshot_exists`, `cluster_unreachable`.
 */
export async function saveOffsetSnapshot(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { group } = input.params;
  const { name } = input.body;
  const rows = await askBrokers(ctx, cluster, async (kafka, signal) => {
    const { kind, commits } = await kafka.groupAdmin.standing(group, signal);
    if (kind === null) throw groupUnknown(cluster, group);
    return rowsOf(commits, await kafka.topicLogs.read([...commits.keys()], signal));
  });
  const snapshot = {
    ...{ id: ctx.newId(), group, name, takenAt: ctx.now() },
    takenBy: auditActor(ctx.actor).actorLabel,
    partitionCount: rows.filter((row) => row.commit !== null).length,
  };
  if (!(await ctx.db.offsetSnapshots.add(cluster, snapshot, rows))) {
    throw new AppError("snapshot_exists", `The group has a snapshot named ${JSON.stringify(name)}.`, {
      details: { cluster, group, name },
    });
  }
  return snapshot;
}

function rowsOf(commits: CommitsByTopic, logs: ReadonlyMap<string, TopicLog>): SnapshotRow[] {
  return [...logs.values()].flatMap(({ topic, topicId, partitions }) =>
    partitions.map((_, partition) => ({
      ...{ topic, partition, topicId },
      commit: commitOf(commits, { topic, partition }),
    })),
  );
}
