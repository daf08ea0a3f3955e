"use client";

import { useQuery } from "@tanstack/react-query";

import { allPages, WHOLE_PAGE_ROWS } from "#lib/client/all-pages.ts";
import { call } from "#lib/client/call.ts";
import { listSagas } from "#lib/contracts/sagas.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";

import type { BatchFilter } from "./batch-filter.ts";

/** Sagas that one batch may hold. */
export const MOST = 500;

/** What a filter matches: the sagas, or that there are more than a batch may hold. */
export interface Matching {
  readonly rows: readonly SagaRow[];
  readonly tooMany: boolean;
}

/** The sagas that a filter matches, asked anew whenever a dialog opens: the last look at what is about to be moved. */
export function useMatching(filter: BatchFilter) {
  return useQuery({
    queryKey: [listSagas.feature, "matching", filter],
    queryFn: () => readMatching(filter),
    staleTime: 0,
    gcTime: 0,
    // A list that changes under the reader is not what they agreed to: the API compares the number once more.
    refetchOnWindowFocus: false,
  });
}

async function readMatching(filter: BatchFilter): Promise<Matching> {
  let seen = 0;
  const rows = await allPages(
    async (cursor) => {
      const query = { ...filter, limit: WHOLE_PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
      const page = await call(listSagas, { query });
      seen += page.items.length;
      return seen > MOST ? { ...page, nextCursor: null } : page;
    },
    ({ id }) => id,
  );
  return { rows, tooMany: rows.length > MOST };
}
