"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { getSaga } from "#lib/contracts/sagas.ts";
import { isEnded } from "#lib/domain/sagas/timeline.ts";

/** A saga as its page gets it. */
export type ShownSaga = OutputOf<typeof getSaga>;

/** How often the page asks by itself, ms; after its end a late answer may still be journalled. */
const OPEN_EVERY_MS = 2_000;
const ENDED_EVERY_MS = 30_000;

/** One saga, asked for again for as long as the page stands. */
export function useSaga(id: string) {
  return useQuery({
    ...query(getSaga, { params: { id } }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (state.data === undefined) return false;
      return isEnded(state.data.state) ? ENDED_EVERY_MS : OPEN_EVERY_MS;
    },
  });
}
