"use client";

import { ScrollText } from "lucide-react";
import { useMemo } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ApiError } from "#lib/client/call.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";

import { termWords } from "./filter-words.ts";
import { jsonColumn } from "./json-column.ts";
import { recordColumns } from "./record-columns.tsx";
import { recordFile } from "./record-files.ts";
import { recordKey } from "./record-key.ts";
import type { SearchView } from "./search-runner.ts";
import type { SearchUrl } from "./use-search-url.ts";

interface RecordsTableProps {
  cluster: string;
  url: SearchUrl;
  view: SearchView;
  live: boolean;
  terms: readonly FilterTerm[];
  onChange: (change: Partial<SearchUrl>) => void;
  onRetry: () => void;
  /** Enter on a row: its page. */
  onOpen: (record: ShownRecord) => void;
}

/** What a search found, as it comes in: a click or Enter shows a record in the drawer, which follows j and k. */
export function RecordsTable(props: RecordsTableProps) {
  const { cluster, url, view, live, onChange } = props;
  const several = url.topic.length > 1;
  const json = useMemo(
    () =>
      url.columns.flatMap((path) => {
        const column = jsonColumn(path);
        return typeof column === "string" ? [] : [column];
      }),
    [url.columns],
  );
  const columns = useMemo(() => recordColumns({ withTopic: several, json }), [several, json]);
  const peek = (record: ShownRecord) => onChange({ record: recordKey(record) });
  const waits = view.records.length === 0 && ["asking", "queued", "running"].includes(view.state);
  const failed = view.state === "failed" && view.error !== null && view.records.length === 0;
  const refused = view.error instanceof ApiError && view.error.is("filter_invalid");
  return (
    <div className="border-line bg-raised overflow-hidden rounded border">
      <DataTable
        primary
        label={`Records of ${url.topic.join(", ") || cluster}`}
        columns={columns}
        rows={waits && !live ? undefined : view.records}
        rowKey={recordKey}
        // What is found is added below; only a live list, which grows at its top, holds still under the pointer.
        resetKey={live ? "live" : `${view.records.length}`}
        look={{ openKey: url.record ?? undefined }}
        onPeek={peek}
        onVisit={(record) => {
          // The drawer follows the cursor.
          if (url.record !== null && recordKey(record) !== url.record) peek(record);
        }}
        onOpen={peek}
        file={{
          name: [cluster, url.topic.length === 1 ? (url.topic[0] ?? "") : "", "records"],
          columns: recordFile(json),
          ndjson: true,
        }}
        empty={<NothingFound {...props} />}
        error={
          failed && !refused && view.error !== null ? (
            <ApiErrorState
              error={view.error}
              what={`The records of ${url.topic.join(", ")}`}
              onRetry={props.onRetry}
            />
          ) : undefined
        }
      />
    </div>
  );
}

function NothingFound({ url, view, live, terms, onChange }: RecordsTableProps) {
  if (view.state === "idle" || (view.error instanceof ApiError && view.error.is("filter_invalid"))) {
    return (
      <EmptyState
        icon={ScrollText}
        title={url.topic.length === 0 ? "No topic is chosen" : "Nothing was asked yet"}
        why="Records are read from the brokers without a consumer group: nobody's commits move, and nobody is slowed by a rebalance."
        next={url.topic.length === 0 ? "Choose a topic above." : "Mend the question above."}
      />
    );
  }
  if (live) {
    return (
      <EmptyState
        icon={ScrollText}
        title="Nothing came yet"
        why={
          terms.length === 0
            ? "New records show here as they are written."
            : "New records show here when they meet the conditions."
        }
      />
    );
  }
  if (terms.length === 0) {
    return (
      <EmptyState
        icon={ScrollText}
        title="There are no records here"
        why="The topic is empty between the begin and the end that were asked for, or retention took what was there. Only committed records are read unless the options say otherwise."
      />
    );
  }
  return (
    <EmptyState
      icon={ScrollText}
      title="No record was found"
      why={`Among what was looked at none meets ${terms.map(termWords).join(" and ")}.`}
      next={
        <Button
          size="sm"
          onClick={() => {
            onChange({ q: "", where: [], record: null });
          }}
        >
          Take the conditions away
        </Button>
      }
    />
  );
}
