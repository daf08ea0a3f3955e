"use client";

import { debounce, parseAsString, parseAsStringLiteral, useQueryStates, type inferParserType } from "nuqs";

import type { Asked } from "#lib/client/call.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { GROUP_SORTS, listGroups } from "#lib/contracts/groups.ts";
import { GROUP_KINDS, GROUP_STATES, type GroupRow } from "#lib/domain/groups/group.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";

import { useSettled } from "#components/ui/use-settled.ts";

/** One of GROUP_SORTS. */
export type GroupSort = (typeof GROUP_SORTS)[number];

/** The list's state in the URL, so that a filtered, sorted list can be sent to a colleague. */
const PARSERS = {
  q: parseAsString.withDefault(""),
  topic: parseAsString,
  verdict: parseAsStringLiteral(VERDICTS),
  state: parseAsStringLiteral(GROUP_STATES),
  kind: parseAsStringLiteral(GROUP_KINDS),
  readers: parseAsStringLiteral(["folded", "listed"]).withDefault("folded"),
  sort: parseAsStringLiteral(GROUP_SORTS).withDefault("trouble"),
  order: parseAsStringLiteral(["asc", "desc"]),
};

const PAGE_ROWS = 200;
const TYPING_RESTS_MS = 200;
const NO_FILTER = { q: null, topic: null, verdict: null, state: null, kind: null };

/** The filter and order of the list of groups, read from the URL and written to it. */
export function useGroupListState() {
  const [state, set] = useQueryStates(PARSERS, { history: "replace" });
  return {
    ...state,
    setSearch: (q: string) => {
      void set({ q }, { limitUrlUpdates: debounce(TYPING_RESTS_MS) });
    },
    /** Sets some of the filters; null lets go of one. */
    narrow: (filter: Partial<Pick<GroupFilter, "topic" | "verdict" | "state" | "kind" | "readers">>) => {
      void set(filter);
    },
    clear: () => {
      void set(NO_FILTER);
    },
    setSort: (column: string, order: "asc" | "desc") => {
      const sort = GROUP_SORTS.find((entry) => entry === column);
      if (sort !== undefined) void set({ sort, order });
    },
  };
}

/** What {@link useGroupListState} gives. */
export type GroupListState = ReturnType<typeof useGroupListState>;

/** The part of it that says which groups are asked for. */
type GroupFilter = inferParserType<typeof PARSERS>;

/** The order of the first look at a sort: trouble and names from the first, numbers from the greatest. */
export function usualOrder(sort: GroupSort): "asc" | "desc" {
  return sort === "trouble" || sort === "id" || sort === "state" || sort === "kind" ? "asc" : "desc";
}

function askedOf(cluster: string, filter: GroupFilter, q: string): Asked<typeof listGroups> {
  const { topic, verdict, state, kind, readers, sort, order } = filter;
  return {
    params: { cluster },
    query: {
      limit: PAGE_ROWS,
      sort,
      order: order ?? usualOrder(sort),
      readers,
      ...(q === "" ? {} : { q }),
      ...(topic === null ? {} : { topic }),
      ...(verdict === null ? {} : { verdict }),
      ...(state === null ? {} : { state }),
      ...(kind === null ? {} : { kind }),
    },
  };
}

const idOf = ({ id }: GroupRow): string => id;

/** Every group as the URL asks for them, for a file. Rejects with ApiError. */
export function readAllGroups(cluster: string, filter: GroupFilter): Promise<GroupRow[]> {
  return readPages(listGroups, askedOf(cluster, filter, filter.q.trim()), idOf);
}

/** The groups of a cluster, page after page; see {@link usePages}. */
export function useGroupList(cluster: string, state: GroupListState) {
  const q = useSettled(state.q.trim(), TYPING_RESTS_MS);
  return usePages(listGroups, askedOf(cluster, state, q), idOf);
}
