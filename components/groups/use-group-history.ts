"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { TimeRange } from "#components/charts/use-time-range.ts";
import { query } from "#lib/client/query.ts";
import { getGroupHistory } from "#lib/contracts/groups.ts";

/**
 * A group's lag and rates over a range, the last hour where it is `{}`; the last range's stay until the new one
 * is there. Nothing is asked while the range is null.
 */
export function useGroupHistory(cluster: string, group: string, range: TimeRange["query"]) {
  return useQuery({
    ...query(getGroupHistory, { params: { cluster, group }, query: range ?? {} }),
    enabled: range !== null,
    placeholderData: keepPreviousData,
  });
}
