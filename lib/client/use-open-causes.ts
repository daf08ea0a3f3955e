import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { listCauses } from "#lib/contracts/dead-letters.ts";

import { query } from "./query.ts";

/** The most open causes that are looked at for a badge or a sentence. */
const MOST = 100;
/** Hints come with every change; one that was lost is made up for within this. */
const ASK_EVERY_MS = 30_000;

/**
 * The causes of a cluster that have open dead letters, worst first, a hundred at most: the badge of the navigation and
 * the sentence over the list are told from the same answer. Nothing is asked without a cluster.
 */
export function useOpenCauses(cluster: string | undefined) {
  return useQuery({
    ...query(listCauses, {
      params: { cluster: cluster ?? "" },
      query: { state: "open", sort: "trouble", limit: MOST },
    }),
    enabled: cluster !== undefined,
    refetchInterval: ASK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}
