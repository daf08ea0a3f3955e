"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listJobRecords } from "#lib/contracts/jobs.ts";
import { OUTCOMES, type Job, type JobRecord, type Outcome } from "#lib/domain/jobs/job.ts";

import { RECORD_FILE } from "./job-files.ts";
import { OUTCOME_WORDS } from "./job-words.ts";
import { recordColumns } from "./record-columns.tsx";

const PAGE_ROWS = 100;
/** From here on, px, the list has room for every column. */
const WIDE_PX = 1400;
const keyOf = ({ seq, topic, partition, offset }: JobRecord): string =>
  `${seq} ${topic} ${partition} ${offset}`;

/** The planned records of a job with what became of each, in the job's order. */
export function JobRecords({ cluster, job }: { cluster: string; job: Job }) {
  const wide = useWide(WIDE_PX);
  const [outcome, setOutcome] = useQueryState("outcome", parseAsStringLiteral(OUTCOMES));
  const asked = {
    params: { cluster, number: job.number },
    query: { limit: PAGE_ROWS, ...(outcome === null ? {} : { outcome }) },
  };
  const { list, rows } = usePages(listJobRecords, asked, keyOf);
  const columns = useMemo(() => recordColumns(cluster, wide), [cluster, wide]);
  const error = useStandingError({ data: rows, error: list.error, isPending: list.isPending });
  const { counts } = job.progress;
  const ranges = job.spec.source.kind === "ranges";
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The records of the job"
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  return (
    <section aria-label="Records of the job">
      <div className="mb-2">
        <TileFilter<Outcome | "all">
          label="Records by outcome"
          value={outcome ?? "all"}
          onValueChange={(next) => void setOutcome(next === "all" || next === outcome ? null : next)}
          tiles={[
            { id: "all", label: "all", count: OUTCOMES.reduce((sum, each) => sum + counts[each], 0) },
            ...OUTCOMES.filter((each) => counts[each] > 0 || each === outcome).map((each) => ({
              id: each,
              label: OUTCOME_WORDS[each].word,
              count: counts[each],
              tone: OUTCOME_WORDS[each].tone,
            })),
          ]}
        />
      </div>
      {failure && rows !== undefined && <div className="mb-2">{failure}</div>}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Records of the job"
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          primary
          resetKey={outcome ?? ""}
          maxHeight="calc(100vh - 200px)"
          file={{
            name: [cluster, `job-${job.number}`, "records"],
            columns: RECORD_FILE,
            readAll: () => readPages(listJobRecords, asked, keyOf),
            ndjson: true,
          }}
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={<NoRecords ranges={ranges} outcome={outcome} onAll={() => void setOutcome(null)} />}
          footer={
            list.hasNextPage && (
              <LoadMore
                shown={rows?.length ?? 0}
                noun="records"
                more
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage({ cancelRefetch: false })}
              />
            )
          }
        />
      </div>
    </section>
  );
}

interface NoRecordsProps {
  ranges: boolean;
  outcome: Outcome | null;
  onAll: () => void;
}

function NoRecords({ ranges, outcome, onAll }: NoRecordsProps) {
  if (outcome === null) {
    return (
      <EmptyState
        title={ranges ? "No exception so far" : "No record is in this plan"}
        why={
          ranges
            ? "Of a range, a record stands here only where it was refused, failed or came back; the others are counted."
            : "The selection held nothing that could be sent."
        }
      />
    );
  }
  return (
    <EmptyState
      title={ranges ? "Not listed one by one" : `No record is ${OUTCOME_WORDS[outcome].word}`}
      why={
        ranges
          ? "Of a range, records are counted; only those refused, failed or returned are listed."
          : OUTCOME_WORDS[outcome].meaning
      }
      next={<Button onClick={onAll}>Show every outcome</Button>}
    />
  );
}
