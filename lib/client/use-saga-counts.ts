import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { getSagaCounts } from "#lib/contracts/sagas.ts";

import { query } from "./query.ts";

/** The sources of sagas give no hints. */
const ASK_EVERY_MS = 10_000;

/** How many sagas stand where, of all sources: the sentence over the overview and its panel are told from one answer. */
export function useSagaCounts() {
  return useQuery({
    ...query(getSagaCounts, {}),
    refetchInterval: ASK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}
