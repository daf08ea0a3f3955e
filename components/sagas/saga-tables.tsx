"use client";

import { useMemo } from "react";

import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

import { entryColumns } from "./entry-columns.tsx";
import { ENTRY_FILE, STEP_FILE } from "./saga-files.ts";
import { stepColumns } from "./step-columns.tsx";
import type { ShownSaga } from "./use-saga.ts";

/** The steps of a saga and all that happened to it, as tables. */
export function SagaTables({ saga }: { saga: ShownSaga }) {
  const { cluster, service, startedAt } = saga;
  const steps = useMemo(() => stepColumns(saga), [saga]);
  const entries = useMemo(() => entryColumns({ cluster, service, startedAt }), [cluster, service, startedAt]);
  const name = ["saga", saga.type, saga.sagaId];
  return (
    <div className="flex flex-col gap-4">
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Steps"
          columns={steps}
          rows={saga.steps}
          rowKey={(step) => step.name}
          file={{ name: [...name, "steps"], columns: STEP_FILE }}
          empty={<EmptyState title="No step" why="Its source keeps no steps of this saga." />}
        />
      </div>
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Journal"
          columns={entries}
          rows={saga.journal}
          rowKey={(entry) => String(entry.seq)}
          maxHeight="calc(100vh - 220px)"
          file={{ name: [...name, "journal"], columns: ENTRY_FILE, ndjson: true }}
          empty={
            <EmptyState title="No journal" why="Its source keeps no journal: only what the steps say." />
          }
        />
      </div>
    </div>
  );
}
