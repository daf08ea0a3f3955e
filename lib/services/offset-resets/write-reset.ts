import type { GroupAdmin } from "#lib/adapters/kafka/group-admin.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import type { RefusedPartition } from "#lib/domain/offset-resets/standing.ts";
import type { Outcome } from "#lib/services/offset-resets/record-outcome.ts";

/**
 * writeReset does what a plan says: one OffsetCommit for every partition that gets a commit, then one OffsetDelete for
 * those that end without, or DeleteGroups. The commits come first: a group that has members by now refuses them all,
 * and nothing is changed. Throws KafkaError where a call failed; what it did is then unknown.
 */
export async function writeReset(
  admin: GroupAdmin,
  { group, target, plan }: Pick<OffsetReset, "group" | "target" | "plan">,
  signal: AbortSignal,
): Promise<Outcome> {
  if (target.kind === "delete-group") {
    const refusal = await admin.deleteGroup(group, signal);
    return refusal === null
      ? { state: "applied", failures: [] }
      : { state: "refused", failures: [`The coordinator refuses to delete the group (${refusal}).`] };
  }
  const rows = changedRows(plan.rows);
  const commits = rows.flatMap(({ topic, partition, to }) =>
    to === null ? [] : [{ topic, partition, commit: to }],
  );
  const forgotten = rows.flatMap(({ topic, partition, to }) => (to === null ? [{ topic, partition }] : []));
  const refusedCommits = commits.length === 0 ? [] : await admin.commitOffsets(group, commits, signal);
  if (commits.length > 0 && refusedCommits.length === commits.length)
    return { state: "refused", failures: sentences(refusedCommits, "takes no commit") };
  const refusedDeletes = forgotten.length === 0 ? [] : await admin.deleteOffsets(group, forgotten, signal);
  const failures = [
    ...sentences(refusedCommits, "takes no commit"),
    ...sentences(refusedDeletes, "keeps its commit"),
  ];
  if (failures.length === 0) return { state: "applied", failures };
  const nothingDone = commits.length === 0 && refusedDeletes.length === forgotten.length;
  return { state: nothingDone ? "refused" : "failed", failures };
}

/** Kafka's answers to a change from outside a group that has members by now. */
const ACTIVE: ReadonlySet<string> = new Set([
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "REBALANCE_IN_PROGRESS",
  "STALE_MEMBER_EPOCH",
  "NON_EMPTY_GROUP",
  "GROUP_SUBSCRIBED_TO_TOPIC",
]);

function sentences(refused: readonly RefusedPartition[], what: string): string[] {
  if (refused.length > 0 && refused.every(({ error }) => ACTIVE.has(error)))
    return [
      `The group has members again (${refused[0]?.error ?? ""}): ${refused.length} partitions are as they were.`,
    ];
  return refused.map(({ topic, partition, error }) => `${topic} ${partition} ${what} (${error}).`);
}
