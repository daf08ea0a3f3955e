"use client";

import { Users } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";

import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";

import { groupColumns } from "./group-columns.tsx";
import { GROUP_FILE } from "./group-files.ts";
import { GroupFilters } from "./group-filters.tsx";
import { groupListVerdict } from "./group-list-verdict.ts";
import { GroupPeek } from "./group-peek.tsx";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { ShowMore } from "./show-more.tsx";
import { readAllGroups, useGroupList, useGroupListState, usualOrder } from "./use-group-list.ts";
import { useWide } from "#components/ui/use-wide.ts";
import { PartialFailures } from "./partial-failures.tsx";

interface GroupsViewProps {
  cluster: string;
}

/** From here on, px, the list has room for every column. */
const WIDEST_PX = 1400;

/** The consumer groups of a cluster, by trouble: one sentence of verdict, tiles that filter, then the list. */
export function GroupsView({ cluster }: GroupsViewProps) {
  const router = useRouter();
  const state = useGroupListState();
  const [peek, setPeek] = useQueryState("peek", parseAsString.withOptions({ history: "push" }));
  const { list, rows, first } = useGroupList(cluster, state);
  const [middle, wide] = [useWide(), useWide(WIDEST_PX)];
  const room = wide ? "wide" : middle ? "middle" : "narrow";
  const columns = useMemo(() => groupColumns(cluster, room), [cluster, room]);
  const narrowed = state.q !== "" || state.topic !== null;
  const filters = [state.q, state.topic, state.verdict, state.state, state.kind, state.readers];
  const filtered = narrowed || state.verdict !== null || state.state !== null || state.kind !== null;
  const verdict = first && groupListVerdict(first.counts, narrowed ? "matching group" : "group");
  const failure = list.error && (
    <ApiErrorState
      error={list.error}
      what={`The groups of ${cluster}`}
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        title="Groups"
        verdict={verdict?.sentence ?? (list.error ? "The groups could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={first && <Age observedAt={first.observedAt} source="swept from the brokers by the worker" />}
      />
      <GroupFilters cluster={cluster} state={state} counts={first?.counts} />
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      <PartialFailures failures={first?.failures ?? []} />
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label={`Consumer groups of ${cluster}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          sort={{ column: state.sort, order: state.order ?? usualOrder(state.sort) }}
          onSortChange={({ column, order }) => {
            state.setSort(column, order);
          }}
          onPeek={(row) => void setPeek(row.id)}
          onOpen={(row) => {
            router.push(paths.group(cluster, row.id));
          }}
          look={{ tone: (row) => VERDICT_WORDS[row.verdict].tone, openKey: peek ?? undefined }}
          primary
          resetKey={JSON.stringify(filters)}
          file={{
            name: [cluster, "groups"],
            columns: GROUP_FILE,
            readAll: () => readAllGroups(cluster, state),
          }}
          skeletonRows={12}
          maxHeight="calc(100vh - 252px)"
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={<NoGroups cluster={cluster} filtered={filtered} onClear={state.clear} />}
          footer={
            list.hasNextPage && (
              <ShowMore
                busy={list.isFetchingNextPage}
                fetching={list.isFetching}
                shown={rows?.length ?? 0}
                onMore={() => void list.fetchNextPage({ cancelRefetch: false })}
              />
            )
          }
        />
      </div>
      {peek !== null && (
        <GroupPeek key={peek} cluster={cluster} group={peek} onClose={() => void setPeek(null)} />
      )}
    </>
  );
}

interface NoGroupsProps {
  cluster: string;
  filtered: boolean;
  onClear: () => void;
}

function NoGroups({ cluster, filtered, onClear }: NoGroupsProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={Users}
        title="No group matches"
        why="The search looks at group ids and the topics they read; verdict, state, kind and topic narrow it further."
        next={<Button onClick={onClear}>Clear the filter</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={Users}
      title="No consumer groups yet"
      why={`A group appears within 10 s of the first consumer that joins it or commits on ${cluster}. Consumers that use assign() without committing cannot be seen.`}
    />
  );
}
