"use client";

import { keepPreviousData, useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { debounce, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

import { call, toWire, type ApiError } from "#lib/client/call.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { GROUP_SORTS, listGroups } from "#lib/contracts/groups.ts";
import type { GroupRow } from "#lib/domain/groups/group.ts";
import { VERDICTS, type Verdict } from "#lib/domain/groups/verdict.ts";

import { useSettled } from "./use-settled.ts";

/** What a state tile filters by: a verdict, groups without members, or nothing. */
export type GroupFilter = "all" | "empty" | Verdict;

const FILTERS: readonly GroupFilter[] = ["all", "empty", ...VERDICTS];
/** The list's state in the URL, so that a filtered, sorted list can be sent to a colleague. */
const PARSERS = {
  q: parseAsString.withDefault(""),
  topic: parseAsString,
  show: parseAsStringLiteral(FILTERS).withDefault("all"),
  sort: parseAsStringLiteral(GROUP_SORTS).withDefault("trouble"),
  order: parseAsStringLiteral(["asc", "desc"]),
};

const PAGE_ROWS = 200;
const TYPING_RESTS_MS = 200;

type Page = OutputOf<typeof listGroups>;

/** The filter and order of the list of groups, read from the URL and written to it. */
export function useGroupListState() {
  const [state, set] = useQueryStates(PARSERS, { history: "replace" });
  return {
    ...state,
    setSearch: (q: string) => {
      void set({ q }, { limitUrlUpdates: debounce(TYPING_RESTS_MS) });
    },
    clearTopic: () => {
      void set({ topic: null });
    },
    clear: () => {
      void set({ q: null, topic: null, show: null });
    },
    setFilter: (show: GroupFilter) => {
      void set({ show });
    },
    setSort: (column: string, order: "asc" | "desc") => {
      const sort = GROUP_SORTS.find((entry) => entry === column);
      if (sort !== undefined) void set({ sort, order });
    },
  };
}

/** The order of a sort unless asked otherwise, as the endpoint has it: trouble and names from the first. */
export function usualOrder(sort: GroupListState["sort"]): "asc" | "desc" {
  return sort === "trouble" || sort === "id" || sort === "state" ? "asc" : "desc";
}

/** What {@link useGroupListState} gives. */
export type GroupListState = ReturnType<typeof useGroupListState>;

/**
 * The groups of a cluster, page after page by the API's cursor. While another filter or order is under way the
 * rows of the last one stay.
 */
export function useGroupList(cluster: string, state: GroupListState) {
  const q = useSettled(state.q.trim(), TYPING_RESTS_MS);
  const asked = {
    params: { cluster },
    query: {
      limit: PAGE_ROWS,
      sort: state.sort,
      ...(q === "" ? {} : { q }),
      ...(state.topic === null ? {} : { topic: state.topic }),
      ...(state.order === null ? {} : { order: state.order }),
      ...filterQuery(state.show),
    },
  };
  const list = useInfiniteQuery<
    Page,
    ApiError,
    InfiniteData<Page, string | null>,
    readonly unknown[],
    string | null
  >({
    queryKey: [listGroups.feature, listGroups.path, toWire(listGroups, asked), "pages"],
    queryFn: ({ pageParam, signal }) =>
      call(
        listGroups,
        {
          params: asked.params,
          query: { ...asked.query, ...(pageParam === null ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const pages = list.data?.pages;
  return {
    list,
    rows: pages === undefined ? undefined : distinct(pages.flatMap((page) => page.items)),
    first: pages?.[0],
  };
}

function filterQuery(filter: GroupFilter) {
  if (filter === "all") return {};
  return filter === "empty" ? { state: "empty" as const } : { verdict: filter };
}

/** A group whose rank rose between two pages stands on both: the first counts. */
function distinct(rows: readonly GroupRow[]): GroupRow[] {
  const byId = new Map<string, GroupRow>();
  for (const row of rows) if (!byId.has(row.id)) byId.set(row.id, row);
  return [...byId.values()];
}
