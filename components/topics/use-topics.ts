import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { allPages, WHOLE_PAGE_ROWS } from "#lib/client/all-pages.ts";
import { send, toWire, type ApiError, type Asked } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { listTopics } from "#lib/contracts/topics.ts";

import type { TopicsUrl } from "./use-topics-url.ts";

const PAGE_ROWS = 200;
type Page = OutputOf<typeof listTopics>;

function askedOf(cluster: string, { q, role, sort, order }: TopicsUrl): Asked<typeof listTopics> {
  return {
    params: { cluster },
    query: {
      ...(q === "" ? {} : { q }),
      ...(role === "all" ? {} : { role, internal: role === "internal" }),
      sort,
      order,
      limit: PAGE_ROWS,
    },
  };
}

/** Every topic as the URL asks for them, for a file. Rejects with ApiError. */
export function readAllTopics(cluster: string, url: TopicsUrl): Promise<Page["items"]> {
  const wire = toWire(listTopics, askedOf(cluster, url));
  const readPage = (cursor: string | undefined) =>
    send(listTopics, {
      ...wire,
      query: { ...wire.query, limit: String(WHOLE_PAGE_ROWS), ...(cursor === undefined ? {} : { cursor }) },
    });
  return allPages(readPage, ({ name }) => name);
}

/** The rows of a cluster's topics as the URL asks for them, page by page, kept while the next answer is under way. */
export function useTopics(cluster: string, url: TopicsUrl) {
  const wire = toWire(listTopics, askedOf(cluster, url));
  return useInfiniteQuery<
    Page,
    ApiError,
    { rows: Page["items"]; newest: Page | undefined },
    readonly unknown[],
    string | null
  >({
    queryKey: [listTopics.feature, listTopics.path, wire, "pages"],
    queryFn: ({ pageParam, signal }) =>
      send(listTopics, pageParam === null ? wire : { ...wire, query: { ...wire.query, cursor: pageParam } }, {
        signal,
      }),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    select: ({ pages }) => ({ rows: pages.flatMap(({ items }) => items), newest: pages[0] }),
  });
}

/** Dead-letter topics of a cluster, those with most records first: the verdict of the list stands on them. */
export function useDeadLetterTopics(cluster: string) {
  return useQuery(
    query(listTopics, {
      params: { cluster },
      query: { role: "dead-letter", sort: "records", order: "desc", limit: 50 },
    }),
  );
}
