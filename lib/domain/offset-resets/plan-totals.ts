import type { PlanRow, PlanTotals } from "#lib/domain/offset-resets/offset-reset.ts";

/** changedRows are the rows of a plan that change something. */
export function changedRows(rows: readonly PlanRow[]): PlanRow[] {
  return rows.filter((row) => row.effect !== "unchanged");
}

/** planTotals adds up what the changed rows of a plan do. */
export function planTotals(rows: readonly PlanRow[]): PlanTotals {
  const changed = changedRows(rows);
  const sum = (of: (row: PlanRow) => number): number => changed.reduce((total, row) => total + of(row), 0);
  const recordsOf = (effect: PlanRow["effect"]): number =>
    sum((row) => (row.effect === effect ? (row.records ?? 0) : 0));
  const lags = rows.map((row) => (row.to === null ? null : Number(row.end - row.to.offset)));
  return {
    changed: changed.length,
    reread: recordsOf("reread"),
    skipped: recordsOf("skip"),
    forgotten: changed.filter((row) => row.effect === "forget").length,
    taken: sum((row) => row.taken),
    lagAfter: lags.reduce<number | null>(
      (total, lag) => (total === null || lag === null ? null : total + lag),
      0,
    ),
    atMost: changed.some((row) => row.atMost),
    fromAt: outermost(changed, (row) => row.fromAt, Math.min),
    toAt: outermost(changed, (row) => row.toAt, Math.max),
  };
}

function outermost(
  rows: readonly PlanRow[],
  timeOf: (row: PlanRow) => number | null,
  choose: (a: number, b: number) => number,
): number | null {
  return rows.reduce<number | null>((found, row) => {
    const time = timeOf(row);
    return time === null ? found : found === null ? time : choose(found, time);
  }, null);
}
