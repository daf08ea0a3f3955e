import { useQuery } from "@tanstack/react-query";

import type { Asked } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { listTopics } from "#lib/contracts/topics.ts";

import type { TopicsUrl } from "./use-topics-url.ts";

const PAGE_ROWS = 200;
type TopicRow = OutputOf<typeof listTopics>["items"][number];

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

const nameOf = ({ name }: TopicRow): string => name;

/** Every topic as the URL asks for them, for a file. Rejects with ApiError. */
export function readAllTopics(cluster: string, url: TopicsUrl): Promise<TopicRow[]> {
  return readPages(listTopics, askedOf(cluster, url), nameOf);
}

/** The topics of a cluster as the URL asks for them, page after page; see {@link usePages}. */
export function useTopics(cluster: string, url: TopicsUrl) {
  return usePages(listTopics, askedOf(cluster, url), nameOf);
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
