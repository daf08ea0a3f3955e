"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { ChartMark } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { query } from "#lib/client/query.ts";
import { listGroupEvents } from "#lib/contracts/groups.ts";
import type { GroupEvent } from "#lib/domain/groups/group.ts";

import { EVENT_WORDS } from "./event-words.ts";

/** What happened to a group in the page's range, newest first. */
export function useGroupEvents(cluster: string, group: string, range: TimeRange["query"]) {
  return useQuery({
    ...query(listGroupEvents, { params: { cluster, group }, query: range ?? {} }),
    enabled: range !== null,
    placeholderData: keepPreviousData,
  });
}

/** Events as marks of a chart. */
export function eventMarks(events: readonly GroupEvent[]): ChartMark[] {
  return events.map(({ at, kind, sentence }) => ({ at, label: sentence, tone: EVENT_WORDS[kind].tone }));
}
