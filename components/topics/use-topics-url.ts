import { debounce, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

import { TOPIC_SORTS } from "#lib/contracts/topics.ts";
import { TOPIC_ROLES } from "#lib/domain/topics/topic.ts";

/** The tiles above the list: every role, and all but Kafka's internal topics together. */
export const TOPIC_TILES = ["all", ...TOPIC_ROLES] as const;

const FIELDS = {
  q: parseAsString.withDefault("").withOptions({ limitUrlUpdates: debounce(250) }),
  role: parseAsStringLiteral(TOPIC_TILES).withDefault("all"),
  sort: parseAsStringLiteral(TOPIC_SORTS).withDefault("name"),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
};

/** What the list of topics keeps in the URL: filter, role, sort and order. */
export function useTopicsUrl() {
  return useQueryStates(FIELDS);
}

export type TopicsUrl = ReturnType<typeof useTopicsUrl>[0];
