"use client";

import { useQuery } from "@tanstack/react-query";

import type { ChartMark } from "#components/charts/chart-series.ts";
import { query } from "#lib/client/query.ts";
import { listJobs } from "#lib/contracts/jobs.ts";
import type { JobRow } from "#lib/domain/jobs/job.ts";

const MOST = 50;

/** When jobs began and ended to send to a group, as marks of its charts. Without an answer the charts stand as they are. */
export function useJobMarks(cluster: string, group: string): ChartMark[] {
  const asked = useQuery({
    ...query(listJobs, { params: { cluster }, query: { group, limit: MOST } }),
    retry: false,
  });
  return jobMarks(asked.data?.items ?? []);
}

/** jobMarks are the marks of jobs: one where each began, one where it ended. */
export function jobMarks(
  jobs: readonly Pick<JobRow, "number" | "name" | "state" | "startedAt" | "endedAt">[],
): ChartMark[] {
  return jobs.flatMap(({ number, name, state, startedAt, endedAt }) => [
    ...(startedAt === null
      ? []
      : [{ at: startedAt, label: `job ${number} began: ${name}`, tone: "notice" as const }]),
    ...(startedAt === null || endedAt === null
      ? []
      : [
          {
            at: endedAt,
            label: `job ${number} ended, ${state}: ${name}`,
            tone: state === "failed" ? ("critical" as const) : ("notice" as const),
          },
        ]),
  ]);
}
