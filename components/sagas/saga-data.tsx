"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { parseAsInteger, useQueryState } from "nuqs";
import { useState } from "react";

import { DiffView } from "#components/ui/diff-view.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatClock } from "#components/ui/format-instant.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { JsonView } from "#components/ui/json-view.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Select } from "#components/ui/select.tsx";
import type { SagaStep } from "#lib/domain/sagas/saga.ts";

import { dataChanges, dataLines, type DataChange } from "./data-changes.ts";
import { ENTRY_WORDS } from "./saga-words.ts";
import type { ShownSaga } from "./use-saga.ts";

/** The data of a saga: how each entry of the journal changed it, as it is now, and what its steps took and gave. */
export function SagaData({ saga }: { saga: ShownSaga }) {
  return (
    <div className="flex flex-col gap-4">
      <Changes saga={saga} />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        <Panel title="Data now">
          {saga.data === null || saga.data === undefined ? (
            <p className="text-muted text-sm">Its source keeps no data of it.</p>
          ) : (
            <JsonView text={JSON.stringify(saga.data)} label="data, JSON" />
          )}
        </Panel>
        <StepData steps={saga.steps} />
      </div>
    </div>
  );
}

function Changes({ saga }: { saga: ShownSaga }) {
  const [seq, setSeq] = useQueryState("entry", parseAsInteger);
  const changes = dataChanges(saga.journal);
  const index = Math.max(
    0,
    seq === null ? changes.length - 1 : changes.findIndex(({ entry }) => entry.seq === seq),
  );
  const shown = changes[index];
  if (shown === undefined) {
    return (
      <Panel title="Changes of the data">
        <EmptyState title="No changes to show" why="Its source keeps only the data as it is now." />
      </Panel>
    );
  }
  const go = (to: number) => {
    const change = changes[to];
    if (change !== undefined) void setSeq(change.entry.seq);
  };
  return (
    <Panel
      title="Changes of the data"
      meta={`${index + 1} of ${changes.length}`}
      actions={
        <>
          <Select
            size="sm"
            label="Entry of the journal"
            value={String(shown.entry.seq)}
            onValueChange={(next) => void setSeq(Number(next))}
            options={changes.map((change) => ({ value: String(change.entry.seq), label: titleOf(change) }))}
          />
          <IconButton
            size="sm"
            icon={ChevronLeft}
            label="Earlier change"
            disabled={index === 0}
            onClick={() => go(index - 1)}
          />
          <IconButton
            size="sm"
            icon={ChevronRight}
            label="Later change"
            disabled={index === changes.length - 1}
            onClick={() => go(index + 1)}
          />
        </>
      }
    >
      <DiffView
        label="Data before and after"
        before={shown.before === undefined ? [] : dataLines(shown.before)}
        after={dataLines(shown.after)}
        caption={`by ${titleOf(shown)}`}
      />
    </Panel>
  );
}

function titleOf({ entry }: DataChange): string {
  const clock = entry.at === null ? "" : `, ${formatClock(entry.at)}`;
  return `#${entry.seq} ${ENTRY_WORDS[entry.kind].word}${entry.step === null ? "" : ` ${entry.step}`}${clock}`;
}

/** What one step took and gave, as JSON. */
function StepData({ steps }: { steps: readonly SagaStep[] }) {
  const [name, setName] = useState<string | null>(null);
  const told = steps.filter(({ input, output }) => !isNothing(input) || !isNothing(output));
  const shown = told.find((step) => step.name === name) ?? told[0];
  if (shown === undefined) {
    return (
      <Panel title="Input and output of steps">
        <p className="text-muted text-sm">Its source keeps neither.</p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Input and output of steps"
      actions={
        <Select
          size="sm"
          label="Step"
          value={shown.name}
          onValueChange={setName}
          options={told.map((step) => ({ value: step.name, label: step.name }))}
        />
      }
    >
      <div className="flex flex-col gap-2">
        {(["input", "output"] as const).map((side) =>
          isNothing(shown[side]) ? (
            <p key={side} className="text-muted text-sm">
              No {side}.
            </p>
          ) : (
            <JsonView
              key={side}
              text={JSON.stringify(shown[side])}
              label={`${side} of ${shown.name}, JSON`}
            />
          ),
        )}
      </div>
    </Panel>
  );
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;
