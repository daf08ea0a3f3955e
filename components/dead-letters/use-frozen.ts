"use client";

import { useQuery } from "@tanstack/react-query";

import { send, toWire, type ApiError, type Asked } from "#lib/client/call.ts";
import { countSelection } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";

/** What says which dead letters are meant. */
export type SelectionFilter = NonNullable<Asked<typeof countSelection>["query"]>;

/** A set of dead letters that later ones do not change. */
export type Frozen = OutputOf<typeof countSelection>;

/**
 * Freezes what a filter matches. The answer stands until it is let go of or `round` changes: its key is not that of the
 * feature, so a hint that something came does not move the set under the user's hand. Nothing is asked for null.
 */
export function useFrozen(cluster: string, filter: SelectionFilter | null, round = 0) {
  const wire = toWire(countSelection, { params: { cluster }, query: filter ?? {} });
  return useQuery<Frozen, ApiError>({
    queryKey: ["frozen dead letters", wire, round],
    queryFn: ({ signal }) => send(countSelection, wire, { signal }),
    enabled: filter !== null,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
