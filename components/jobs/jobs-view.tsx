"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listJobs } from "#lib/contracts/jobs.ts";
import { paths } from "#lib/contracts/paths.ts";

import { jobColumns } from "./job-columns.tsx";
import { JOB_FILE } from "./job-files.ts";
import { JobFilters } from "./job-filters.tsx";
import { toneOf } from "./job-figures.ts";
import { jobsVerdict } from "./jobs-verdict.ts";
import { readAllJobs, useJobList, useJobListState, type JobListState } from "./use-job-list.ts";

interface JobsViewProps {
  cluster: string;
}

/** The list asks by itself while jobs run; hints alone may be lost. */
const ASK_EVERY_MS = 5_000;
const MOST_ACTIVE = 100;
/** From here on, px, the list has room for every column. */
const WIDE_PX = 1400;

/** The copy jobs of a cluster, newest first: redrives, replays and republished records. */
export function JobsView({ cluster }: JobsViewProps) {
  const state = useJobListState();
  const active = useQuery({
    ...query(listJobs, { params: { cluster }, query: { state: "active", limit: MOST_ACTIVE } }),
    refetchInterval: ASK_EVERY_MS,
  });
  const verdict = active.data && jobsVerdict(active.data.items);
  return (
    <>
      <PageHeader
        title="Jobs"
        verdict={verdict?.sentence ?? (active.error ? "The jobs could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={
          active.data &&
          active.data.observedAt !== null && (
            <Age observedAt={active.data.observedAt} source="written by the worker" />
          )
        }
      />
      <JobFilters state={state} />
      <JobTable cluster={cluster} state={state} />
    </>
  );
}

function JobTable({ cluster, state }: { cluster: string; state: JobListState }) {
  const router = useRouter();
  const wide = useWide(WIDE_PX);
  const { list, rows } = useJobList(cluster, state);
  const columns = useMemo(() => jobColumns(cluster, wide), [cluster, wide]);
  const error = useStandingError({ data: rows, error: list.error, isPending: list.isPending });
  const failure = error && (
    <ApiErrorState
      error={error}
      what={`The jobs of ${cluster}`}
      look={rows === undefined ? "block" : "inline"}
      retrying={list.isFetching}
      onRetry={() => void list.refetch()}
    />
  );
  return (
    <>
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label={`Jobs of ${cluster}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={(row) => {
            router.push(paths.job(cluster, row.number));
          }}
          look={{
            tone: (row) => (["ok", "neutral", "notice"].includes(toneOf(row)) ? undefined : toneOf(row)),
          }}
          primary
          resetKey={JSON.stringify([state.state, state.kind, state.group, state.topic])}
          maxHeight="calc(100vh - 220px)"
          file={{
            name: [cluster, "jobs"],
            columns: JOB_FILE,
            readAll: () => readAllJobs(cluster, state),
          }}
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={<NoJobs cluster={cluster} state={state} />}
          footer={
            list.hasNextPage && (
              <LoadMore
                shown={rows?.length ?? 0}
                noun="jobs"
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

function NoJobs({ cluster, state }: { cluster: string; state: JobListState }) {
  if (state.filtered) {
    return (
      <EmptyState
        icon={Send}
        title="No job matches"
        why="Other jobs may be there: the filter leaves them out."
        next={<Button onClick={state.clear}>Clear the filter</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={Send}
      title="No job yet"
      why="A job sends records again: dead letters back to the group that gave up on them, or records of a topic to another. It begins with a plan that changes nothing, and it can be paused and cancelled."
      next={
        <Button asChild>
          <Link href={paths.deadLetters(cluster)}>See the dead letters</Link>
        </Button>
      }
    />
  );
}
