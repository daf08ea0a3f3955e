"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

import type { Asked } from "#lib/client/call.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { listJobs } from "#lib/contracts/jobs.ts";
import { JOB_KINDS, JOB_STATES, type JobRow } from "#lib/domain/jobs/job.ts";

const PAGE_ROWS = 100;

/** JOB_FILTERS: `active` is all that may still send or settle. */
export const JOB_FILTERS = ["active", ...JOB_STATES] as const;

const PARSERS = {
  state: parseAsStringLiteral(JOB_FILTERS),
  kind: parseAsStringLiteral(JOB_KINDS),
  group: parseAsString,
  topic: parseAsString,
};
const NO_FILTER = { state: null, kind: null, group: null, topic: null };

/** The filter of the list of jobs, read from the URL and written to it. */
export function useJobListState() {
  const [state, set] = useQueryStates(PARSERS, { history: "replace" });
  return {
    ...state,
    filtered: Object.values(state).some((value) => value !== null),
    /** Sets some of the filters; null lets go of one. */
    narrow: (filter: Partial<typeof state>) => void set(filter),
    clear: () => void set(NO_FILTER),
  };
}

/** What {@link useJobListState} gives. */
export type JobListState = ReturnType<typeof useJobListState>;

function askedOf(cluster: string, { state, kind, group, topic }: JobListState): Asked<typeof listJobs> {
  return {
    params: { cluster },
    query: {
      limit: PAGE_ROWS,
      ...(state === null ? {} : { state }),
      ...(kind === null ? {} : { kind }),
      ...(group === null ? {} : { group }),
      ...(topic === null ? {} : { topic }),
    },
  };
}

const idOf = ({ id }: JobRow): string => id;

/** Every job as the URL asks for them, for a file. Rejects with ApiError. */
export function readAllJobs(cluster: string, state: JobListState): Promise<JobRow[]> {
  return readPages(listJobs, askedOf(cluster, state), idOf);
}

/** The jobs of a cluster, newest first, page after page; see {@link usePages}. */
export function useJobList(cluster: string, state: JobListState) {
  return usePages(listJobs, askedOf(cluster, state), idOf);
}
