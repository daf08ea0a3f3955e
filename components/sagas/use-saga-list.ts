"use client";

import { debounce, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useEffect, useEffectEvent } from "react";

import { useNow } from "#components/ui/use-now.ts";
import { useSettled } from "#components/ui/use-settled.ts";
import type { Asked } from "#lib/client/call.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { listSagas } from "#lib/contracts/sagas.ts";
import { SAGA_STATES, STUCK_KINDS, type SagaRow } from "#lib/domain/sagas/saga.ts";

const TYPING_RESTS_MS = 300;
const PAGE_ROWS = 50;
/** Sources are read when they are asked: nobody hints that a saga of theirs moved. */
const ASK_EVERY_MS = 5_000;
/** The shortest text that is looked for in data. */
const LEAST_TEXT = 2;
const MINUTE_MS = 60_000;

/** AGES: sagas that started longer ago than this, or lately. */
export const AGES = [
  { id: "10m-new", words: "started in the last 10 minutes", ms: 10 * MINUTE_MS, older: false },
  { id: "1h-new", words: "started in the last hour", ms: 60 * MINUTE_MS, older: false },
  { id: "24h-new", words: "started in the last 24 hours", ms: 1_440 * MINUTE_MS, older: false },
  { id: "10m", words: "older than 10 minutes", ms: 10 * MINUTE_MS, older: true },
  { id: "1h", words: "older than 1 hour", ms: 60 * MINUTE_MS, older: true },
  { id: "24h", words: "older than 24 hours", ms: 1_440 * MINUTE_MS, older: true },
  { id: "7d", words: "older than 7 days", ms: 7 * 1_440 * MINUTE_MS, older: true },
] as const;
type AgeId = (typeof AGES)[number]["id"];

/** STATE_FILTERS: `open` is all that has not ended. */
const STATE_FILTERS = ["open", ...SAGA_STATES] as const;

/** The list's filter in the URL, so that what is seen can be sent to a colleague. */
const PARSERS = {
  text: parseAsString.withDefault(""),
  state: parseAsStringLiteral(STATE_FILTERS),
  source: parseAsString,
  type: parseAsString,
  stuck: parseAsStringLiteral(STUCK_KINDS),
  step: parseAsString,
  correlation: parseAsString,
  age: parseAsStringLiteral(AGES.map(({ id }) => id)),
};
const NO_FILTER = {
  ...{ text: null, state: null, source: null, type: null, stuck: null, step: null },
  ...{ correlation: null, age: null },
};

/** The filter of the list of sagas, read from the URL and written to it. */
export function useSagaListState() {
  const [state, set] = useQueryStates(PARSERS, { history: "replace" });
  const { text, ...chosen } = state;
  return {
    ...state,
    filtered: text !== "" || Object.values(chosen).some((value) => value !== null),
    setText: (next: string) => {
      void set({ text: next }, { limitUrlUpdates: debounce(TYPING_RESTS_MS) });
    },
    /** Sets some of the filters; null lets go of one. */
    narrow: (filter: Partial<typeof chosen>) => void set(filter),
    clear: () => void set(NO_FILTER),
  };
}

/** What {@link useSagaListState} gives. */
export type SagaListState = ReturnType<typeof useSagaListState>;
/** A filter as the API takes it. */
type SagaFilter = Omit<NonNullable<Asked<typeof listSagas>["query"]>, "cursor" | "limit">;

/** filterOf is the filter of the URL as the API takes it; `now`, epoch ms, turns an age into an instant. */
function filterOf(state: SagaListState, text: string, now: number | null): SagaFilter {
  const { source, type, stuck, step, correlation } = state;
  const words = text.trim();
  return {
    ...(state.state === null ? {} : { state: state.state }),
    ...(source === null ? {} : { source }),
    ...(type === null ? {} : { type }),
    ...(stuck === null ? {} : { stuck }),
    ...(step === null ? {} : { step }),
    ...(correlation === null ? {} : { correlation }),
    ...(words.length < LEAST_TEXT ? {} : { text: words }),
    ...(now === null ? {} : ageFilter(state.age, now)),
  };
}

function ageFilter(age: AgeId | null, now: number): SagaFilter {
  const chosen = AGES.find(({ id }) => id === age);
  if (chosen === undefined) return {};
  return chosen.older ? { startedBefore: now - chosen.ms } : { startedAfter: now - chosen.ms };
}

const idOf = ({ id }: SagaRow): string => id;

/** Every saga of a filter, for a file. Rejects with ApiError. */
export function readAllSagas(filter: SagaFilter): Promise<SagaRow[]> {
  return readPages(listSagas, { query: filter }, idOf);
}

/** The sagas of a filter, page after page. While only the first page is shown it is asked for every few seconds. */
export function useSagaList(state: SagaListState) {
  const text = useSettled(state.text, TYPING_RESTS_MS);
  const now = useNow(MINUTE_MS);
  const filter = filterOf(state, text, now);
  const pages = usePages(listSagas, { query: { ...filter, limit: PAGE_ROWS } }, idOf);
  const { list } = pages;
  const again = useEffectEvent(() => {
    const single = (list.data?.pages.length ?? 0) <= 1;
    if (single && !list.isFetching && document.visibilityState === "visible") void list.refetch();
  });
  useEffect(() => {
    const timer = setInterval(again, ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return { ...pages, filter };
}
