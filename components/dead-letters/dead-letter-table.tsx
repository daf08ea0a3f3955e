"use client";

import { Inbox } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo, useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { redriveHref, redriveIdsHref } from "#lib/client/new-job-href.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import {
  DEAD_LETTER_STATES,
  type DeadLetterRow,
  type DeadLetterState,
} from "#lib/domain/dead-letters/dead-letter.ts";

import { ChangeDialog, type Picked } from "./change-dialog.tsx";
import type { Change } from "./change-words.ts";
import { deadLetterColumns } from "./dead-letter-columns.tsx";
import { DEAD_LETTER_FILE } from "./dead-letter-files.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { allOf, countStates, shownStates, STATE_WORDS, type StateCounts } from "./state-words.ts";
import { readAllDeadLetters, useDeadLetters } from "./use-dead-letters.ts";
import { useFrozen, type SelectionFilter } from "./use-frozen.ts";
import { useMay } from "./use-may.ts";

interface DeadLetterTableProps {
  cluster: string;
  /** The cause whose dead letters these are. */
  cause: string;
  /** How many the cause has in each state; `undefined` while it is read. */
  counts: StateCounts | undefined;
}

/** The dead letters of a cause, newest first: filtered by state, ticked, discarded and restored. */
export function DeadLetterTable({ cluster, cause, counts }: DeadLetterTableProps) {
  const [state, setState] = useQueryState("state", parseAsStringLiteral(DEAD_LETTER_STATES));
  const filter = useMemo(() => ({ cause, ...(state === null ? {} : { state }) }), [cause, state]);
  return (
    <section aria-label="Dead letters of this cause">
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h2 className="text-sm font-semibold">Dead letters</h2>
        <TileFilter<DeadLetterState | "all">
          label="Dead letters by state"
          value={state ?? "all"}
          onValueChange={(next) => void setState(next === "all" || next === state ? null : next)}
          tiles={[
            { id: "all", label: "all", count: counts && allOf(counts) },
            ...shownStates(counts, state).map((id) => ({
              id,
              label: STATE_WORDS[id].word,
              count: counts?.[id],
              tone: STATE_WORDS[id].tone,
            })),
          ]}
        />
      </div>
      <Rows
        key={JSON.stringify(filter)}
        cluster={cluster}
        filter={filter}
        onAllStates={() => void setState(null)}
      />
    </section>
  );
}

/** What is ticked: some rows, or all that the filter matches. */
type Ticked = { kind: "rows"; ids: ReadonlySet<string> } | { kind: "all" };

const NOTHING: Ticked = { kind: "rows", ids: new Set() };

interface RowsProps {
  cluster: string;
  filter: SelectionFilter;
  onAllStates: () => void;
}

function Rows({ cluster, filter, onAllStates }: RowsProps) {
  const router = useRouter();
  const wide = useWide();
  const { list, rows } = useDeadLetters(cluster, filter);
  const columns = useMemo(() => deadLetterColumns(cluster, wide), [cluster, wide]);
  const selection = useTicked(cluster, filter, rows);
  const [change, setChange] = useState<Change | null>(null);
  const mayRedrive = useMay("jobs:operate") === true;
  const error = useStandingError({ data: rows, error: list.error, isPending: list.isPending });
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The dead letters"
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  return (
    <>
      {failure && rows !== undefined && <div className="mb-2">{failure}</div>}
      {selection.some && (
        <SelectionBar
          counts={selection.counts}
          count={selection.count}
          frozen={selection.ticked.kind === "all"}
          onAll={selection.ticked.kind === "all" || !list.hasNextPage ? null : selection.tickAll}
          onClear={selection.clear}
          onChange={setChange}
          onRedrive={
            mayRedrive
              ? () => {
                  router.push(redriveOf(cluster, selection.picked));
                }
              : null
          }
        />
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Dead letters"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={(row) => {
            router.push(paths.deadLetter(cluster, row.id));
          }}
          {...(selection.may ? { selection: selection.table } : {})}
          primary
          skeletonRows={6}
          maxHeight="calc(100vh - 200px)"
          file={{
            name: [cluster, "dead-letters"],
            columns: DEAD_LETTER_FILE,
            readAll: () => readAllDeadLetters(cluster, filter),
          }}
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={<NoneHere state={filter.state} onAllStates={onAllStates} />}
          footer={
            list.hasNextPage && (
              <LoadMore
                shown={rows?.length ?? 0}
                noun="dead letters"
                more
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage({ cancelRefetch: false })}
              />
            )
          }
        />
      </div>
      {change !== null && (
        <ChangeDialog
          cluster={cluster}
          change={change}
          picked={selection.picked}
          onDone={selection.clear}
          onClose={() => {
            setChange(null);
          }}
        />
      )}
    </>
  );
}

/** The form of a redrive of what is ticked. */
function redriveOf(cluster: string, picked: Picked): string {
  return picked.kind === "filter" ? redriveHref(cluster, picked.filter) : redriveIdsHref(cluster, picked.ids);
}

/** The ticked rows, and all that can be told of them; unticking one row of a frozen filter leaves the others shown. */
function useTicked(cluster: string, filter: SelectionFilter, rows: readonly DeadLetterRow[] | undefined) {
  const may = useMay("dead-letters:operate") === true;
  const [ticked, setTicked] = useState<Ticked>(NOTHING);
  const frozen = useFrozen(cluster, ticked.kind === "all" ? filter : null);
  const shown = rows ?? [];
  const chosen = ticked.kind === "all" ? shown : shown.filter(({ id }) => ticked.ids.has(id));
  const counts = ticked.kind === "all" ? frozen.data?.byState : countStates(chosen);
  const picked: Picked =
    ticked.kind === "all"
      ? { kind: "filter", filter }
      : { kind: "ids", ids: chosen.map(({ id }) => id), byState: countStates(chosen) };
  return {
    may,
    ticked,
    picked,
    counts,
    count: ticked.kind === "all" ? frozen.data?.count : chosen.length,
    some: may && (ticked.kind === "all" || chosen.length > 0),
    tickAll: () => setTicked({ kind: "all" }),
    clear: () => setTicked(NOTHING),
    table: {
      selected: new Set(chosen.map(({ id }) => id)),
      onChange: (ids: ReadonlySet<string>) => setTicked({ kind: "rows", ids }),
    },
  };
}

function NoneHere({ state, onAllStates }: { state: DeadLetterState | undefined; onAllStates: () => void }) {
  return (
    <EmptyState
      icon={Inbox}
      title={state === undefined ? "No dead letter" : `No dead letter is ${STATE_WORDS[state].word}`}
      why={
        state === undefined
          ? "What was expired for long is forgotten; the cause stays for what comes."
          : STATE_WORDS[state].meaning
      }
      {...(state === undefined ? {} : { next: <Button onClick={onAllStates}>Show every state</Button> })}
    />
  );
}
