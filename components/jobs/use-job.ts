"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getJob } from "#lib/contracts/jobs.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

/** How often the page asks by itself, ms; hints alone may be lost. */
const ASK_EVERY_MS: Readonly<Partial<Record<Job["state"], number>>> = {
  planning: 700,
  running: 1_000,
  settling: 2_000,
  paused: 3_000,
  planned: 5_000,
};

/** One job, asked again for as long as something may still happen to it. Nothing is asked for null. */
export function useJob(cluster: string, number: number | null) {
  return useQuery({
    ...query(getJob, { params: { cluster, number: number ?? 1 } }),
    enabled: number !== null,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data === undefined ? false : (ASK_EVERY_MS[state.data.state] ?? false),
  });
}
