"use client";

import type { Asked } from "#lib/client/call.ts";
import { readPages, usePages } from "#lib/client/use-pages.ts";
import { listDeadLetters } from "#lib/contracts/dead-letters.ts";
import type { ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";

import type { SelectionFilter } from "./use-frozen.ts";

const PAGE_ROWS = 200;

const askedOf = (cluster: string, filter: SelectionFilter): Asked<typeof listDeadLetters> => ({
  params: { cluster },
  query: { ...filter, limit: PAGE_ROWS },
});
const idOf = ({ id }: ListedDeadLetter): string => id;

/** Every dead letter that a filter matches, for a file. Rejects with ApiError. */
export function readAllDeadLetters(cluster: string, filter: SelectionFilter): Promise<ListedDeadLetter[]> {
  return readPages(listDeadLetters, askedOf(cluster, filter), idOf);
}

/** The dead letters that a filter matches, newest first, page after page; see {@link usePages}. */
export function useDeadLetters(cluster: string, filter: SelectionFilter) {
  return usePages(listDeadLetters, askedOf(cluster, filter), idOf);
}
