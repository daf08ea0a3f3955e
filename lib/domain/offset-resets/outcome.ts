import { sameCommit } from "#lib/domain/offset-resets/plan-rows.ts";
import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import type { OffsetReset, PlanRow, WatchFinding } from "#lib/domain/offset-resets/offset-reset.ts";
import { commitOf, type GroupStanding } from "#lib/domain/offset-resets/standing.ts";

/** After applying, the commits are read again for this long. */
export const WATCH_MS = 30_000;

/** What the commits tell of a reset whose outcome is not known. */
export type FoundOutcome =
  | { state: "applied" }
  /** Nothing was changed. */
  | { state: "refused" }
  | { state: "failed"; done: number; failures: string[] };

/**
 * outcomeOf compares the commits with a plan that may have been applied. All commits are written at once: where some
 * are there and none is where it was, it was applied, and what is elsewhere was moved on since.
 */
export function outcomeOf(rows: readonly PlanRow[], standing: GroupStanding): FoundOutcome {
  const changed = changedRows(rows);
  const at = changed.map((row) => {
    const commit = commitOf(standing.commits, row);
    return sameCommit(commit, row.to) ? "there" : sameCommit(commit, row.from) ? "before" : "elsewhere";
  });
  const count = (what: (typeof at)[number]): number => at.filter((each) => each === what).length;
  if (count("before") === changed.length) return { state: "refused" };
  if (count("before") === 0 && count("there") > 0) return { state: "applied" };
  const failures = changed.flatMap((row, index) => {
    if (at[index] === "there") return [];
    const commit = commitOf(standing.commits, row);
    const found = commit === null ? "no commit" : `the commit ${commit.offset}`;
    return [`${row.topic} ${row.partition}: ${found} where ${row.to?.offset ?? "none"} was to be.`];
  });
  return { state: "failed", done: count("there"), failures };
}

/**
 * watchFindings are the partitions of an applied reset that are not where they were put. What moves while the group
 * has no members is somebody's overwriting: a consumer that assigns itself and commits. Members read on from where
 * they were put; members whose commit is behind that were somewhere else. A finding once made keeps its first sight
 * and tells the newest offset.
 */
export function watchFindings(
  reset: Pick<OffsetReset, "plan" | "watch">,
  standing: GroupStanding,
): WatchFinding[] {
  const before = new Map(
    (reset.watch?.findings ?? []).map((each) => [`${each.partition} ${each.topic}`, each]),
  );
  for (const row of changedRows(reset.plan.rows)) {
    const commit = commitOf(standing.commits, row);
    const key = `${row.partition} ${row.topic}`;
    if (sameCommit(commit, row.to)) continue;
    const known = before.get(key);
    before.set(key, {
      ...{ topic: row.topic, partition: row.partition },
      seenAt: known?.seenAt ?? standing.readAt,
      put: row.to?.offset ?? null,
      found: commit?.offset ?? null,
      what: known?.what === "overwritten" ? "overwritten" : whatMoved(row, commit?.offset ?? null, standing),
    });
  }
  return [...before.values()];
}

function whatMoved(row: PlanRow, found: bigint | null, standing: GroupStanding): WatchFinding["what"] {
  if (standing.state === "empty" || standing.state === "dead") return "overwritten";
  if (found === null || (row.to !== null && found < row.to.offset)) return "moved-back";
  return "read-on";
}
