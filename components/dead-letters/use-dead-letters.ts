"use client";

import { keepPreviousData, useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";

import { allPages, WHOLE_PAGE_ROWS } from "#lib/client/all-pages.ts";
import { call, toWire, type ApiError } from "#lib/client/call.ts";
import { listDeadLetters } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";

import type { SelectionFilter } from "./use-frozen.ts";

const PAGE_ROWS = 200;
type Page = OutputOf<typeof listDeadLetters>;

/** Every dead letter that a filter matches, for a file. Rejects with ApiError. */
export function readAllDeadLetters(cluster: string, filter: SelectionFilter): Promise<DeadLetterRow[]> {
  const readPage = (cursor: string | undefined) =>
    call(listDeadLetters, {
      params: { cluster },
      query: { ...filter, limit: WHOLE_PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) },
    });
  return allPages(readPage, ({ id }) => id);
}

/** The dead letters that a filter matches, newest first, page after page. */
export function useDeadLetters(cluster: string, filter: SelectionFilter) {
  const asked = { params: { cluster }, query: { ...filter, limit: PAGE_ROWS } };
  const list = useInfiniteQuery<
    Page,
    ApiError,
    InfiniteData<Page, string | null>,
    readonly unknown[],
    string | null
  >({
    queryKey: [listDeadLetters.feature, listDeadLetters.path, toWire(listDeadLetters, asked), "pages"],
    queryFn: ({ pageParam, signal }) =>
      call(
        listDeadLetters,
        { ...asked, query: { ...asked.query, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const pages = list.data?.pages;
  return { list, rows: pages?.flatMap((page) => page.items), first: pages?.[0] };
}
