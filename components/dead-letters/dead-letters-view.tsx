"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { useEffect, useMemo } from "react";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange, type TimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { redriveHref } from "#lib/client/new-job-href.ts";
import { query } from "#lib/client/query.ts";
import { noteCausesSeen } from "#lib/client/seen-causes.ts";
import { useOpenCauses } from "#lib/client/use-open-causes.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listDeadLetterTopics } from "#lib/contracts/dead-letter-topics.ts";
import { getDeadLetterHistory } from "#lib/contracts/dead-letters.ts";
import { paths } from "#lib/contracts/paths.ts";

import { ArrivalsChart } from "./arrivals-chart.tsx";
import { causeColumns, type CauseListRoom } from "./cause-columns.tsx";
import { CauseFilters } from "./cause-filters.tsx";
import { CausePeek } from "./cause-peek.tsx";
import { CAUSE_FILE } from "./dead-letter-files.ts";
import { deadLettersVerdict } from "./dead-letters-verdict.ts";
import { FAILURE_WORDS } from "./failure-words.ts";
import { ListFailures } from "./list-failures.tsx";
import { NoCauses } from "./no-causes.tsx";
import { RedriveLink } from "./redrive-link.tsx";
import { TopicNotices } from "./topic-notices.tsx";
import { readAllCauses, useCauseList, useCauseListState, type CauseListState } from "./use-cause-list.ts";

interface DeadLettersViewProps {
  cluster: string;
}

/** The dead letters of a cluster by their causes: one sentence of verdict, when they came, then the causes by trouble. */
export function DeadLettersView({ cluster }: DeadLettersViewProps) {
  const state = useCauseListState();
  const range = useTimeRange();
  const open = useOpenCauses(cluster);
  const topics = useQuery(query(listDeadLetterTopics, { params: { cluster } }));
  const followed = topics.data?.items.filter(({ leftOut }) => !leftOut);
  const behind = (followed ?? []).reduce((sum, topic) => sum + topic.behind, 0);
  const verdict = open.data && deadLettersVerdict(open.data, followed?.length);
  useSeen(cluster, open.data?.items);
  return (
    <>
      <PageHeader
        title="Dead letters"
        verdict={verdict?.sentence ?? (open.error ? "The dead letters could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={
          <MetaLine>
            {followed !== undefined && (
              <Link href={paths.deadLetterTopics(cluster)} className="link-quiet">
                {formatCount(followed.length)} dead-letter {followed.length === 1 ? "topic" : "topics"}
              </Link>
            )}
            {behind > 0 && <span>{formatCount(behind)} records not indexed yet</span>}
            {open.data && <Age observedAt={open.data.observedAt} source="indexed by the worker" />}
          </MetaLine>
        }
        actions={
          <>
            <RedriveFilter cluster={cluster} state={state} />
            <RangeSelect range={range} />
          </>
        }
      />
      <TopicNotices cluster={cluster} topics={topics.data?.items ?? []} />
      <Arrivals cluster={cluster} state={state} range={range} />
      <CauseFilters state={state} totals={open.data?.totals} topics={topics.data?.items} />
      <CauseTable cluster={cluster} state={state} topics={followed?.length} />
    </>
  );
}

/** Redrives all that a filter of the list matches; without one it would be everything, and nobody means that. */
function RedriveFilter({ cluster, state: { q, state, topic, group } }: Omit<ArrivalsProps, "range">) {
  const text = q.trim();
  if (text === "" && topic === null && group === null) return null;
  const filter = {
    state: state ?? ("open" as const),
    ...(topic === null ? {} : { topic }),
    ...(group === null ? {} : { group }),
    ...(text === "" ? {} : { q: text }),
  };
  return <RedriveLink href={redriveHref(cluster, filter)}>Redrive all that match…</RedriveLink>;
}

/** Looking at the page takes the badge away: the causes that are open now have been seen at this browser. */
function useSeen(cluster: string, causes: readonly { firstSeenAt: number }[] | undefined): void {
  const newest = Math.max(0, ...(causes ?? []).map(({ firstSeenAt }) => firstSeenAt));
  useEffect(() => {
    if (newest > 0) noteCausesSeen(cluster, newest);
  }, [cluster, newest]);
}

interface ArrivalsProps {
  cluster: string;
  state: CauseListState;
  range: TimeRange;
}

/** The timeline over the list, narrowed by the same topic and group. */
function Arrivals({ cluster, state: { topic, group }, range }: ArrivalsProps) {
  const history = useQuery({
    ...query(getDeadLetterHistory, {
      params: { cluster },
      query: {
        ...(range.query ?? {}),
        ...(topic === null ? {} : { topic }),
        ...(group === null ? {} : { group }),
      },
    }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <div className="mb-4">
      <ArrivalsChart
        history={history.data}
        range={range}
        {...(history.error && history.data === undefined
          ? {
              error: (
                <ApiErrorState
                  error={history.error}
                  what="The timeline"
                  retrying={history.isFetching}
                  onRetry={() => void history.refetch()}
                />
              ),
            }
          : {})}
      />
    </div>
  );
}

interface CauseTableProps {
  cluster: string;
  state: CauseListState;
  /** How many dead-letter topics are followed. */
  topics: number | undefined;
}

/** From here on, px, the list has room for every column, and for the frame as well. */
const WIDE_PX = 1400;
const WIDEST_PX = 1660;

function useRoom(): CauseListRoom {
  const [middle, wide, widest] = [useWide(), useWide(WIDE_PX), useWide(WIDEST_PX)];
  if (widest) return "widest";
  if (wide) return "wide";
  return middle ? "middle" : "narrow";
}

function CauseTable({ cluster, state, topics }: CauseTableProps) {
  const router = useRouter();
  const room = useRoom();
  const [peek, setPeek] = useQueryState("peek", parseAsString.withOptions({ history: "push" }));
  const { list, rows, first } = useCauseList(cluster, state);
  const columns = useMemo(() => causeColumns(cluster, room), [cluster, room]);
  const error = useStandingError({ data: rows, error: list.error, isPending: list.isPending });
  const failure = error && (
    <ApiErrorState
      error={error}
      what={`The causes of ${cluster}`}
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  return (
    <>
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      <ListFailures failures={first?.failures ?? []} />
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label={`Causes of dead letters of ${cluster}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          sort={{ column: state.sort, order: state.sort === "trouble" ? "asc" : "desc" }}
          onSortChange={({ column }) => {
            state.setSort(column);
          }}
          onPeek={(row) => void setPeek(row.id)}
          onOpen={(row) => {
            router.push(paths.deadLetterCause(cluster, row.id));
          }}
          look={{
            tone: (row) => (row.counts.open === 0 ? undefined : FAILURE_WORDS[row.verdict.kind].tone),
            openKey: peek ?? undefined,
          }}
          primary
          resetKey={JSON.stringify([state.q, state.state, state.topic, state.group])}
          file={{
            name: [cluster, "dead-letter-causes"],
            columns: CAUSE_FILE,
            readAll: () => readAllCauses(cluster, state),
          }}
          skeletonRows={8}
          maxHeight="calc(100vh - 300px)"
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={
            <NoCauses cluster={cluster} filtered={state.filtered} topics={topics} onClear={state.clear} />
          }
          footer={
            list.hasNextPage && (
              <LoadMore
                shown={rows?.length ?? 0}
                noun="causes"
                more
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage({ cancelRefetch: false })}
              />
            )
          }
        />
      </div>
      {peek !== null && (
        <CausePeek key={peek} cluster={cluster} id={peek} onClose={() => void setPeek(null)} />
      )}
    </>
  );
}
