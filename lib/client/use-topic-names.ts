import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { listTopics } from "#lib/contracts/topics.ts";

const MOST = 50;

/** Why no topic is offered, in words. */
export const NO_TOPICS = {
  failed: "The topics could not be read.",
  reading: "Reading the topics",
  read: "No topic has this name.",
} as const;

/** The first 50 topics of a cluster whose names hold `q`; the last answer stays while the next is under way. */
export function useTopicNames(cluster: string, q: string) {
  const asked = useQuery({
    ...query(listTopics, { params: { cluster }, query: { limit: MOST, ...(q === "" ? {} : { q }) } }),
    placeholderData: keepPreviousData,
  });
  return {
    names: asked.data?.items.map(({ name }) => name) ?? [],
    state: asked.isError ? ("failed" as const) : asked.isPending ? ("reading" as const) : ("read" as const),
  };
}
