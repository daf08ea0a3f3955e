import { sameCommit } from "#lib/domain/offset-resets/plan-rows.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import type { PlanRow, ResetPlan } from "#lib/domain/offset-resets/offset-reset.ts";
import {
  commitOf,
  type Commit,
  type GroupStanding,
  type TopicLog,
} from "#lib/domain/offset-resets/standing.ts";

/**
 * differences are what has changed between a plan and now that makes the plan untrue, a sentence each: the topics,
 * the commits it starts from, and the offsets it leads to. Ends that grew change nothing. Rows that the plan leaves
 * as they are may move.
 */
export function differences(
  plan: ResetPlan,
  now: { standing: GroupStanding; logs: ReadonlyMap<string, TopicLog> },
): string[] {
  const found: string[] = [];
  for (const { topic, topicId, partitionCount } of plan.topics) {
    const log = now.logs.get(topic);
    if (log === undefined) found.push(`The topic ${topic} is gone.`);
    else if (log.topicId !== topicId) found.push(`The topic ${topic} was made anew.`);
    else if (log.partitions.length !== partitionCount)
      found.push(`The topic ${topic} had ${partitionCount} partitions and has ${log.partitions.length}.`);
  }
  for (const row of changedRows(plan.rows)) {
    const commit = commitOf(now.standing.commits, row);
    if (!sameCommit(row.from, commit)) {
      found.push(`${place(row)}: the commit was ${words(row.from)} and is ${words(commit)}.`);
    }
    const log = now.logs.get(row.topic)?.partitions[row.partition];
    const outside = log === undefined ? null : outsideOf(row, log);
    if (outside !== null) found.push(outside);
  }
  return found;
}

function outsideOf(
  row: PlanRow,
  { start, end }: { start: bigint | null; end: bigint | null },
): string | null {
  if (row.to === null) return null;
  if (start === null || end === null) return `${place(row)}: no leader tells its offsets.`;
  if (row.to.offset < start)
    return `${place(row)}: the start was ${row.start} and is ${start}, past the target ${row.to.offset}.`;
  if (row.to.offset > end)
    return `${place(row)}: the end was ${row.end} and is ${end}, before the target ${row.to.offset}.`;
  return null;
}

const place = ({ topic, partition }: PlanRow): string => `${topic} ${partition}`;
const words = (commit: Commit | null): string => (commit === null ? "none" : commit.offset.toString());
