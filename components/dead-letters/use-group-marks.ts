"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { ChartMark } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { query } from "#lib/client/query.ts";
import { listGroupEvents } from "#lib/contracts/groups.ts";

/** What happened to the failing group in the range, as marks of a chart: rebalances, rewinds, resets. */
export function useGroupMarks(
  cluster: string,
  group: string | null | undefined,
  range: TimeRange["query"],
): readonly ChartMark[] {
  const known = group !== null && group !== undefined;
  const events = useQuery({
    ...query(listGroupEvents, { params: { cluster, group: group ?? "" }, query: range ?? {} }),
    enabled: known && range !== null,
    placeholderData: keepPreviousData,
    // A group that Kafka has forgotten has no marks: the chart stands without them.
    retry: false,
  });
  if (!known) return [];
  return (events.data?.items ?? []).map(({ at, kind, sentence }) => ({
    at,
    label: `${group === "" ? "(empty group id)" : group}: ${sentence}`,
    tone: kind === "rebalance" || kind === "state" ? "notice" : "warning",
  }));
}
