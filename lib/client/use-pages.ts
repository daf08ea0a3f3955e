import { keepPreviousData, useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import type { z } from "zod";

import { allPages, WHOLE_PAGE_ROWS } from "#lib/client/all-pages.ts";
import { send, toWire, type ApiError, type Asked, type WireInput } from "#lib/client/call.ts";
import type { Endpoint } from "#lib/contracts/endpoint.ts";

/** What every list answers, as far as reading it page after page needs. */
interface ListAnswer {
  items: readonly unknown[];
  nextCursor: string | null;
}

/** An endpoint that answers a list by cursor. */
type ListEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType<ListAnswer>>;
type Page<E extends ListEndpoint> = z.output<E["response"]>;
type Row<E extends ListEndpoint> = Page<E>["items"][number];

/**
 * The rows of a list, page after page by its cursor. `keyOf` names a row: one whose rank rose between two pages stands
 * on both, and the first counts. While another filter or order is under way the rows of the last one stay.
 */
export function usePages<E extends ListEndpoint>(
  endpoint: E,
  asked: Asked<E>,
  keyOf: (row: Row<E>) => string,
) {
  const wire = toWire(endpoint, asked);
  const list = useInfiniteQuery<
    Page<E>,
    ApiError,
    InfiniteData<Page<E>, string | null>,
    readonly unknown[],
    string | null
    // eslint-disable-next-line @tanstack/query/exhaustive-deps -- feature and path name the endpoint
  >({
    queryKey: [endpoint.feature, endpoint.path, wire, "pages"],
    queryFn: ({ pageParam, signal }) => send(endpoint, from(wire, pageParam), { signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const pages = list.data?.pages;
  return {
    list,
    rows: pages === undefined ? undefined : distinct(pages, keyOf),
    first: pages?.[0],
  };
}

/** Every row of a list as it is asked for, for a file. Rejects with ApiError. */
export function readPages<E extends ListEndpoint>(
  endpoint: E,
  asked: Asked<E>,
  keyOf: (row: Row<E>) => string,
): Promise<Row<E>[]> {
  const wire = toWire(endpoint, asked);
  const whole = { ...wire, query: { ...wire.query, limit: String(WHOLE_PAGE_ROWS) } };
  return allPages<Row<E>>((cursor) => send(endpoint, from(whole, cursor ?? null), {}), keyOf);
}

const from = (wire: WireInput, cursor: string | null): WireInput =>
  cursor === null ? wire : { ...wire, query: { ...wire.query, cursor } };

function distinct<E extends ListEndpoint>(
  pages: readonly Page<E>[],
  keyOf: (row: Row<E>) => string,
): Row<E>[] {
  const byKey = new Map<string, Row<E>>();
  for (const { items } of pages)
    for (const row of items) if (!byKey.has(keyOf(row))) byKey.set(keyOf(row), row);
  return [...byKey.values()];
}
