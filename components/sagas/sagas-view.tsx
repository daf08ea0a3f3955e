"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo } from "react";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { Link } from "#components/ui/link.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { query } from "#lib/client/query.ts";
import { useSagaCounts } from "#lib/client/use-saga-counts.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import { listSagas } from "#lib/contracts/sagas.ts";

import { BatchActions } from "./commands/batch-actions.tsx";
import { NoSagas } from "./no-sagas.tsx";
import { sagaColumns, type SagaListRoom } from "./saga-columns.tsx";
import { SAGA_FILE } from "./saga-files.ts";
import { SagaFilters } from "./saga-filters.tsx";
import { toneOfSaga } from "./saga-words.ts";
import { SagasChart } from "./sagas-chart.tsx";
import { sagasVerdict, sumByState, sumText, sumOf, type CountItem } from "./sagas-verdict.ts";
import { StuckReasons } from "./stuck-reasons.tsx";
import { readAllSagas, useSagaList, useSagaListState, type SagaListState } from "./use-saga-list.ts";

/** How often the counts and the stuck sagas are asked for: their sources give no hints. */
const ASK_EVERY_MS = 10_000;
/** So many stuck sagas are looked at for what they wait for: telling it costs their source some queries a saga. */
const MOST_STUCK = 50;
const WIDE_PX = 1500;

/** The sagas of every source: one sentence of verdict, what the stuck ones wait for, then the list. */
export function SagasView() {
  const state = useSagaListState();
  const range = useTimeRange();
  const counts = useSagaCounts();
  const stuck = useQuery({
    ...query(listSagas, { query: { state: "stuck", limit: MOST_STUCK } }),
    refetchInterval: ASK_EVERY_MS,
  });
  const items = counts.data?.items;
  const sums = items && sumByState(items);
  const verdict = sums && stuck.data && sagasVerdict(sums, stuck.data.items);
  return (
    <>
      <PageHeader
        title="Sagas"
        verdict={
          verdict?.sentence ?? (counts.error || stuck.error ? "The sagas could not be read." : undefined)
        }
        tone={verdict?.tone ?? "neutral"}
        meta={
          counts.data && (
            <MetaLine>
              <span>
                {sumText(sumOf(sumByState(counts.data.items), ["running", "compensating"]))} under way
              </span>
              <Age observedAt={counts.data.observedAt} source="read from the sources" />
            </MetaLine>
          )
        }
        actions={
          <>
            <Button asChild>
              <Link href={paths.sagaDefinitions()}>Definitions</Link>
            </Button>
            <RangeSelect range={range} />
          </>
        }
      />
      <StuckReasons
        rows={stuck.data?.items ?? []}
        more={stuck.data !== undefined && stuck.data.nextCursor !== null}
      />
      <SagasChart range={range} source={state.source} type={state.type} />
      <SagaTable state={state} counts={items} />
    </>
  );
}

function useRoom(): SagaListRoom {
  const [middle, wide] = [useWide(), useWide(WIDE_PX)];
  return wide ? "wide" : middle ? "middle" : "narrow";
}

interface SagaTableProps {
  state: SagaListState;
  counts: readonly CountItem[] | undefined;
}

function SagaTable({ state, counts }: SagaTableProps) {
  const router = useRouter();
  const room = useRoom();
  const { list, rows, first, filter } = useSagaList(state);
  const columns = useMemo(() => sagaColumns(room), [room]);
  const error = useStandingError({ data: rows, error: list.error, isPending: list.isPending });
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The sagas"
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  const steps = (rows ?? []).flatMap(({ step }) => (step === null ? [] : [step]));
  return (
    <>
      <SagaFilters
        state={state}
        counts={counts}
        steps={steps}
        actions={<BatchActions filter={filter} count={rows?.length ?? null} />}
      />
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      <ListNotices failures={first?.failures ?? []} textLimited={first?.textLimited ?? false} />
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Sagas"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={(row) => {
            router.push(paths.saga(row.id));
          }}
          look={{ tone: (row) => (["stuck", "failed"].includes(row.state) ? toneOfSaga(row) : undefined) }}
          primary
          resetKey={JSON.stringify(filter)}
          file={{ name: ["sagas"], columns: SAGA_FILE, readAll: () => readAllSagas(filter) }}
          maxHeight="calc(100vh - 220px)"
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={
            <NoSagas
              filtered={state.filtered}
              onClear={state.clear}
              any={counts && counts.some(({ count }) => count > 0)}
            />
          }
          footer={
            list.hasNextPage && (
              <LoadMore
                shown={rows?.length ?? 0}
                noun="sagas"
                more
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage({ cancelRefetch: false })}
              />
            )
          }
        />
      </div>
    </>
  );
}

interface ListNoticesProps {
  failures: readonly { subject: string; reason: string }[];
  textLimited: boolean;
}

/** What could not be read, and how far a text was looked for; the rest stands below. */
function ListNotices({ failures, textLimited }: ListNoticesProps) {
  return (
    <>
      {failures.length > 0 && (
        <div className="mb-3">
          <Callout tone="warning" title="A part of the sagas could not be read.">
            {failures.map(({ subject, reason }) => (
              <p key={subject}>
                {subject}: {reason}
              </p>
            ))}
          </Callout>
        </div>
      )}
      {textLimited && (
        <div className="mb-3">
          <Callout tone="notice" title="The words were looked for among the newest 5,000 sagas only.">
            Narrow the list by type, state or age to reach older ones.
          </Callout>
        </div>
      )}
    </>
  );
}
