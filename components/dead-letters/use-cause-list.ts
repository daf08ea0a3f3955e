"use client";

import { debounce, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

import { useSettled } from "#components/ui/use-settled.ts";
import type { Asked } from "#lib/client/call.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { CAUSE_SORTS, listCauses } from "#lib/contracts/dead-letters.ts";
import { DEAD_LETTER_STATES, type DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

const TYPING_RESTS_MS = 200;
const PAGE_ROWS = 100;

/** The list's state in the URL, so that a filtered, sorted list can be sent to a colleague. */
const PARSERS = {
  q: parseAsString.withDefault(""),
  state: parseAsStringLiteral(DEAD_LETTER_STATES),
  topic: parseAsString,
  group: parseAsString,
  sort: parseAsStringLiteral(CAUSE_SORTS).withDefault("trouble"),
};
const NO_FILTER = { q: null, state: null, topic: null, group: null };

/** The filter and order of the list of causes, read from the URL and written to it. */
export function useCauseListState() {
  const [state, set] = useQueryStates(PARSERS, { history: "replace" });
  return {
    ...state,
    filtered: state.q !== "" || state.state !== null || state.topic !== null || state.group !== null,
    setSearch: (q: string) => {
      void set({ q }, { limitUrlUpdates: debounce(TYPING_RESTS_MS) });
    },
    /** Sets some of the filters; null lets go of one. */
    narrow: (filter: Partial<Pick<typeof state, "state" | "topic" | "group">>) => void set(filter),
    clear: () => void set(NO_FILTER),
    setSort: (column: string) => {
      const sort = CAUSE_SORTS.find((entry) => entry === column);
      if (sort !== undefined) void set({ sort });
    },
  };
}

/** What {@link useCauseListState} gives. */
export type CauseListState = ReturnType<typeof useCauseListState>;
type CauseFilter = Pick<CauseListState, "state" | "topic" | "group" | "sort">;

function askedOf(cluster: string, filter: CauseFilter, q: string): Asked<typeof listCauses> {
  const { state, topic, group, sort } = filter;
  return {
    params: { cluster },
    query: {
      limit: PAGE_ROWS,
      sort,
      ...(q === "" ? {} : { q }),
      ...(state === null ? {} : { state }),
      ...(topic === null ? {} : { topic }),
      ...(group === null ? {} : { group }),
    },
  };
}

const idOf = ({ id }: DeadLetterCause): string => id;

/** Every cause as the URL asks for them, for a file. Rejects with ApiError. */
export function readAllCauses(cluster: string, state: CauseListState): Promise<DeadLetterCause[]> {
  return readPages(listCauses, askedOf(cluster, state, state.q.trim()), idOf);
}

/** The causes of a cluster, page after page; see {@link usePages}. */
export function useCauseList(cluster: string, state: CauseListState) {
  const q = useSettled(state.q.trim(), TYPING_RESTS_MS);
  return usePages(listCauses, askedOf(cluster, state, q), idOf);
}
