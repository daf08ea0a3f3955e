import { changedRows } from "#lib/domain/offset-resets/plan-totals.ts";
import type { PlanNote, PlanRow, ResetPlan, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { durationPhrase, partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** An Empty group whose commits moved within this time has a live committer. */
const LIVE_COMMITTER_MS = 5 * 60_000;

/** What warnings are told from, beside the plan. */
export interface Signs {
  target: ResetTarget;
  now: number;
  /** When a sweep last saw a commit of the group move; null when never. */
  lastMovedAt: number | null;
  /** When the group's last member was seen to leave; null when unknown. */
  emptySinceAt: number | null;
}

type Told = Pick<ResetPlan, "groupKind" | "groupState" | "protocolType" | "rows" | "left" | "totals">;

/** warningsOf is what an operator should know before a plan is applied, what loses records first. */
export function warningsOf(plan: Told, signs: Signs): PlanNote[] {
  const notes = [
    takenNote(plan),
    skippedNote(plan),
    standaloneNote(plan, signs),
    clampedNote(plan.rows),
    beginNote(plan.rows),
    forgetNote(plan, signs),
    processedNote(plan, signs),
    leftNote(plan),
    atMostNote(plan),
  ];
  return notes.filter((note) => note !== null);
}

function takenNote({ totals }: Told): PlanNote | null {
  if (totals.taken === 0) return null;
  return {
    code: "retention_took",
    sentence: `${recordsPhrase(totals.taken)} of what is wanted are gone: retention or a deletion has taken them. The commits go to the start instead.`,
  };
}

function skippedNote({ totals }: Told): PlanNote | null {
  if (totals.skipped === 0) return null;
  return {
    code: "records_skipped",
    sentence: `${recordsPhrase(totals.skipped)} are skipped: the group never reads them unless it is reset again.`,
  };
}

/** A consumer that assigns itself its partitions is no member: its group reads Empty while it runs. */
function standaloneNote(plan: Told, { now, lastMovedAt, emptySinceAt }: Signs): PlanNote | null {
  if (plan.groupKind === null || plan.groupState !== "empty") return null;
  const movedAgoMs = lastMovedAt === null ? null : now - lastMovedAt;
  // A commit that a member made before it left is no sign.
  const movedWhileEmpty =
    movedAgoMs !== null &&
    movedAgoMs <= LIVE_COMMITTER_MS &&
    (emptySinceAt === null || (lastMovedAt !== null && lastMovedAt > emptySinceAt));
  if (movedWhileEmpty) {
    return {
      code: "live_committer",
      sentence: `Its commits moved ${durationPhrase(movedAgoMs)} ago although it has no members: a consumer with assigned partitions (Flink, Spark, a script) may run, and overwrites the reset with its next commit. Stop it first.`,
    };
  }
  if (plan.protocolType !== "") {
    if (movedAgoMs === null || movedAgoMs > LIVE_COMMITTER_MS) return null;
    return {
      code: "moved_lately",
      sentence: `Its commits moved ${durationPhrase(movedAgoMs)} ago. Make sure that no consumer of it comes back before the reset is applied.`,
    };
  }
  return {
    code: "no_membership",
    sentence:
      "Its commits were made without membership: nothing tells whether their consumer runs. One that does overwrites the reset with its next commit.",
  };
}

function clampedNote(rows: readonly PlanRow[]): PlanNote | null {
  const toEnd = changedRows(rows).filter((row) => row.clamped === "end").length;
  if (toEnd === 0) return null;
  return {
    code: "beyond_end",
    sentence: `On ${partitionsPhrase(toEnd)} the wanted offset lies beyond the end: the commit goes to the end.`,
  };
}

function beginNote(rows: readonly PlanRow[]): PlanNote | null {
  const begins = rows.filter((row) => row.effect === "begin").length;
  if (begins === 0) return null;
  return {
    code: "begins",
    sentence: `On ${partitionsPhrase(begins)} the group has no commit: it begins where it is put, not where its own auto.offset.reset says.`,
  };
}

function forgetNote({ totals }: Told, { target }: Signs): PlanNote | null {
  if (totals.forgotten === 0) return null;
  const what =
    target.kind === "delete-group"
      ? `The group and its ${totals.forgotten === 1 ? "commit" : `${totals.forgotten} commits`} are deleted. An undo writes the commits again and nothing else of the group.`
      : `The commits of ${partitionsPhrase(totals.forgotten)} are deleted.`;
  return {
    code: "commits_deleted",
    sentence: `${what} A consumer that comes back begins where its auto.offset.reset says: at the latest record it misses what came meanwhile, at the earliest it reads everything again.`,
  };
}

/** An undo cannot take back what consumers did with records in the meantime. */
function processedNote({ rows }: Told, { target }: Signs): PlanNote | null {
  if (target.kind !== "undo") return null;
  return {
    code: "not_unprocessed",
    sentence: `An undo moves the commits. What was processed since the reset stays processed: ${processedPhrase(rows)}.`,
  };
}

function processedPhrase(rows: readonly PlanRow[]): string {
  const since = rows.reduce((sum, row) => sum + (row.processed ?? 0), 0);
  return since === 0 ? "as the commits tell, nothing was" : `${recordsPhrase(since)} by the commits`;
}

function leftNote({ left }: Told): PlanNote | null {
  if (left.length === 0) return null;
  return { code: "left", sentence: `${partitionsPhrase(left.length)} stay as they are; the table says why.` };
}

function atMostNote({ totals }: Told): PlanNote | null {
  if (!totals.atMost) return null;
  return {
    code: "at_most",
    sentence: "Numbers of records are “at most”: transactions or compaction leave offsets without a record.",
  };
}
