"use client";

import { History } from "lucide-react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import type { GroupEvent } from "#lib/domain/groups/group.ts";

import { EVENT_WORDS } from "./event-words.ts";
import { EVENT_FILE } from "./group-files.ts";
import type { useGroupEvents } from "./use-group-events.ts";

interface EventTableProps {
  cluster: string;
  group: string;
  events: ReturnType<typeof useGroupEvents>;
}

const COLUMNS: readonly Column<GroupEvent>[] = [
  { id: "age", header: "When", width: "112px", cell: ({ at }) => <RelativeTime at={at} /> },
  {
    id: "at",
    header: "At",
    width: "216px",
    cell: ({ at }) => <span className="text-muted tabular">{formatInstantFull(at)}</span>,
  },
  {
    id: "kind",
    header: "What",
    width: "148px",
    cell: ({ kind }) => <StateTag tone={EVENT_WORDS[kind].tone} word={EVENT_WORDS[kind].word} />,
  },
  {
    id: "sentence",
    header: "In words",
    cell: ({ sentence }) => <span title={sentence}>{sentence}</span>,
  },
];

/** What happened to a group in the page's range, newest first: the marks of the charts as a list. */
export function EventTable({ cluster, group, events }: EventTableProps) {
  const rows = events.data?.items;
  return (
    <div className="border-line bg-raised overflow-hidden rounded border">
      <DataTable
        label="Events"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ at, kind, sentence }) => `${at} ${kind} ${sentence}`}
        file={{ name: [cluster, group, "events"], columns: EVENT_FILE }}
        skeletonRows={4}
        error={
          events.error && rows === undefined ? (
            <ApiErrorState
              error={events.error}
              what="The events"
              retrying={events.isFetching}
              onRetry={() => void events.refetch()}
            />
          ) : undefined
        }
        empty={
          <EmptyState
            icon={History}
            title="Nothing happened in this range"
            why="Rebalances, changes of state, commits that went back, resets and copy jobs show here, and as marks on the charts. A longer range may hold some."
          />
        }
      />
    </div>
  );
}
