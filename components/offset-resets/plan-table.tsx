"use client";

import { useMemo } from "react";

import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { OffsetReset, PlanRow } from "#lib/domain/offset-resets/offset-reset.ts";

import { PLAN_FILE, planColumns, planRowKey } from "./plan-columns.tsx";
import { EFFECT_WORDS, FINDING_WORDS } from "./reset-words.ts";

interface PlanTableProps {
  cluster: string;
  reset: OffsetReset;
}

/** A plan partition by partition, what changes first; after it was applied with what was seen since. */
export function PlanTable({ cluster, reset }: PlanTableProps) {
  const { plan, watch } = reset;
  const findings = useMemo(
    () => (watch === null ? null : new Map(watch.findings.map((each) => [planRowKey(each), each]))),
    [watch],
  );
  const gone = plan.totals.taken > 0;
  const undo = reset.target.kind === "undo";
  const columns = useMemo(
    () => planColumns({ cluster, findings, undo, gone }),
    [cluster, findings, undo, gone],
  );
  const toneOf = (row: PlanRow) => {
    const finding = findings?.get(planRowKey(row));
    return finding === undefined ? EFFECT_WORDS[row.effect].tone : FINDING_WORDS[finding.what].tone;
  };
  const rows = [...plan.rows].sort(
    (a, b) => Number(a.effect === "unchanged") - Number(b.effect === "unchanged"),
  );
  return (
    <>
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Plan by partition"
          primary
          columns={columns}
          rows={rows}
          rowKey={planRowKey}
          look={{ tone: toneOf }}
          {...(rows.length > 200 ? { maxHeight: "640px" } : {})}
          file={{ name: [cluster, reset.group, "offset-reset"], columns: PLAN_FILE }}
          empty={
            <EmptyState
              title="No partition is in this plan"
              why="The group has no commits in the scope that was chosen, or every partition of it was left as it is."
            />
          }
        />
      </div>
      {plan.left.length > 0 && (
        <Panel title="Left as they are">
          <ul className="flex flex-col gap-1 text-sm">
            {plan.left.slice(0, 100).map((each) => (
              <li key={planRowKey(each)}>
                <code>
                  {each.topic} {each.partition}
                </code>
                : {each.reason}
              </li>
            ))}
            {plan.left.length > 100 && <li className="text-muted">and {plan.left.length - 100} more</li>}
          </ul>
        </Panel>
      )}
    </>
  );
}
