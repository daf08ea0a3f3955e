"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { ChartMark } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { query } from "#lib/client/query.ts";
import { listGroupEvents } from "#lib/contracts/groups.ts";
import type { GroupEventKind } from "#lib/domain/groups/group.ts";

const QUIET: ReadonlySet<GroupEventKind> = new Set(["rebalance", "state", "redrive"]);

/** What happened to the failing group in the range, as marks of a chart: rebalances, rewinds, resets, jobs. */
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
    tone: QUIET.has(kind) ? "notice" : "warning",
  }));
}
