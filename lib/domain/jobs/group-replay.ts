import type { FrozenRange, RangeEdge } from "#lib/domain/jobs/job-source.ts";
import type { OffsetReset, PlanRow, ResetPlan, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import { commitOf, refKey, type GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import { partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** resetTargetOf is where a replay puts the offsets; null for an edge behind which nothing is read again. */
export function resetTargetOf(from: RangeEdge): ResetTarget | null {
  switch (from.kind) {
    case "start":
      return { kind: "earliest" };
    case "offset":
    case "time":
      return from;
    case "end":
      return null;
  }
}

/** rereadRows are the rows of a reset where records are read again, or for the first time: a replay moves no other. */
export function rereadRows(rows: readonly PlanRow[]): PlanRow[] {
  return changedRows(rows).filter(
    ({ effect, records }) => (effect === "reread" || effect === "begin") && (records ?? 0) > 0,
  );
}

/**
 * rangesOf freezes what a reset reads again: each range begins where the commit is put, and ends where it stood, or at
 * the end of a partition that the group has not begun.
 */
export function rangesOf({ rows, topics }: Pick<ResetPlan, "rows" | "topics">): FrozenRange[] {
  const ids = new Map(topics.map(({ topic, topicId }) => [topic, topicId]));
  return rereadRows(rows).flatMap((row) => {
    const { topic, partition, to } = row;
    const topicId = ids.get(topic);
    if (to === null || topicId === undefined) return [];
    return [{ topic, topicId, partition, fromOffset: to.offset, toOffset: stoodAt(row) }];
  });
}

/** Where the group stood before a reset, and reads up to again. */
const stoodAt = ({ from, end }: PlanRow): bigint =>
  from === null ? end : from.offset > end ? end : from.offset;

const offsetsOf = (ranges: readonly FrozenRange[]): number =>
  Number(ranges.reduce((sum, { fromOffset, toOffset }) => sum + (toOffset - fromOffset), 0n));

/** How a reset that is planned anew compares with the ranges that were agreed to. */
export interface ReplayComparison {
  /** What makes the agreed plan untrue, a sentence each. */
  differences: string[];
  /** Offsets that the group read on since, and reads again as well. */
  readOn: number;
}

type Compared = Pick<ResetPlan, "rows" | "topics">;

/**
 * compareReplay compares the reset that was agreed to with the same one as it would be now. That the group read on is
 * no difference: it is put to the same offsets. A start that moved, a commit that went back, a topic made anew are.
 */
export function compareReplay(agreed: Compared, now: Compared & Pick<ResetPlan, "left">): ReplayComparison {
  const rows = new Map(now.rows.map((row) => [refKey(row), row]));
  const ids = new Map(now.topics.map(({ topic, topicId }) => [topic, topicId]));
  const left = new Map(now.left.map((each) => [refKey(each), each.reason]));
  const made = agreed.topics.filter(({ topic, topicId }) => (ids.get(topic) ?? topicId) !== topicId);
  const differences = rereadRows(agreed.rows).flatMap((row) => {
    const key = refKey(row);
    const found = rows.get(key);
    const sentences =
      found === undefined ? [left.get(key) ?? "The partition is gone."] : rowDifference(row, found);
    return sentences.map((sentence) => `${row.topic} ${row.partition}: ${sentence}`);
  });
  const grown = offsetsOf(rangesOf(now)) - offsetsOf(rangesOf(agreed));
  return {
    differences: [...made.map(({ topic }) => `The topic ${topic} was made anew.`), ...differences],
    readOn: Math.max(0, grown),
  };
}

function rowDifference(agreed: PlanRow, { from, to, start }: PlanRow): string[] {
  if (agreed.to === null || to === null) return ["It has no offset to be put to."];
  if (to.offset !== agreed.to.offset)
    return start > agreed.to.offset
      ? [`The start is ${start}, past the planned ${agreed.to.offset}: retention took what lay between.`]
      : [`It would be put to ${to.offset}, and the plan says ${agreed.to.offset}.`];
  if (agreed.from !== null && (from === null || from.offset < agreed.from.offset))
    return [`The commit was ${agreed.from.offset} and is ${from?.offset ?? "none"}.`];
  return [];
}

/** Where a group is with what it reads again, in offsets. */
export interface Reread {
  total: number;
  /** Read again. */
  passed: number;
  /** Not read again yet. */
  left: number;
  /** On partitions where somebody who is no member overwrote the commit: nobody knows. */
  unknown: number;
  partitionsLeft: number;
}

/** rereadOf tells how far a group is back at where it stood before a reset. */
export function rereadOf(
  { plan, watch }: Pick<OffsetReset, "plan" | "watch">,
  standing: Pick<GroupStanding, "commits">,
): Reread {
  const overwritten = new Set(
    (watch?.findings ?? []).flatMap((each) => (each.what === "overwritten" ? [refKey(each)] : [])),
  );
  const reread: Reread = { total: 0, passed: 0, left: 0, unknown: 0, partitionsLeft: 0 };
  for (const row of rereadRows(plan.rows)) {
    if (row.to === null) continue;
    const [put, stood] = [row.to.offset, stoodAt(row)];
    const count = Number(stood - put);
    reread.total += count;
    if (overwritten.has(refKey(row))) {
      reread.unknown += count;
      continue;
    }
    const at = commitOf(standing.commits, row)?.offset ?? put;
    const passed = Number((at < put ? put : at > stood ? stood : at) - put);
    reread.passed += passed;
    reread.left += count - passed;
    if (passed < count) reread.partitionsLeft += 1;
  }
  return reread;
}

/** waitSentence says what a replay waits for while its group is not empty. */
export function waitSentence(
  group: string,
  { state, memberCount }: Pick<GroupStanding, "state" | "memberCount">,
): string {
  const then = "the offsets are set back when it is empty.";
  if (memberCount === 0) return `Group ${group} is ${state}: ${then}`;
  const many = memberCount === 1 ? "1 member: stop it" : `${memberCount} members: stop them`;
  return `Group ${group} has ${many}; ${then}`;
}

/** followSentence says what a replay waits for after its offsets are set back; null when everything is read again. */
export function followSentence(
  group: string,
  { left, partitionsLeft }: Reread,
  { memberCount }: Pick<GroupStanding, "memberCount">,
): string | null {
  if (left === 0) return null;
  if (memberCount === 0)
    return `Group ${group} has no members: start it, and it reads ${recordsPhrase(left)} again.`;
  return `Group ${group} reads again: ${recordsPhrase(left)} are left on ${partitionsPhrase(partitionsLeft)}.`;
}
