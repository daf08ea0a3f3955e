"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { send, toWire, type ApiError } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import { countSelection, getCause, getDeadLetter } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";

import type { Chosen } from "./job-request.ts";
import type { WizardSource } from "./wizard-source.ts";

type Frozen = OutputOf<typeof countSelection>;

/** What a job copies, as far as it is known yet. */
export interface Selection {
  /** null while a filter is counted, and where nothing can be copied. */
  chosen: Chosen | null;
  /** Dead letters; null while they are counted, and for ranges. */
  count: number | null;
  byState: Frozen["byState"] | null;
  error: ApiError | null;
  /** Counts and freezes the filter once more. */
  again: () => void;
}

/**
 * Freezes what a source names. The answer stands until it is asked for once more: its key is not that of the feature,
 * so a hint that something came does not move the set under the user's hand.
 */
export function useSelection(cluster: string, source: WizardSource): Selection {
  const [round, setRound] = useState(0);
  const filter = source.kind === "filter" ? source.filter : null;
  const wire = toWire(countSelection, { params: { cluster }, query: filter ?? {} });
  const asked = useQuery<Frozen, ApiError>({
    queryKey: ["frozen for a job", wire, round],
    queryFn: ({ signal }) => send(countSelection, wire, { signal }),
    enabled: filter !== null,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const none = { count: null, byState: null, error: null, again: () => setRound(round + 1) };
  switch (source.kind) {
    case "ids":
      return {
        ...none,
        count: source.ids.length,
        chosen: { kind: "dead-letters", selection: { kind: "ids", ids: source.ids } },
      };
    case "filter": {
      const { data } = asked;
      if (data === undefined) return { ...none, error: asked.error, chosen: null };
      const frozen = { upTo: data.upTo, count: data.count };
      return {
        ...none,
        count: data.count,
        byState: data.byState,
        chosen: {
          kind: "dead-letters",
          selection: { kind: "filter", filter: source.filter, frozen },
        },
      };
    }
    case "ranges":
      return { ...none, chosen: { kind: "ranges" } };
    case "lost":
      return { ...none, chosen: null };
  }
}

/** Who gave up on the dead letters of a source, and which topic they come from; null where that is not known. */
export interface Failing {
  group: string | null;
  topic: string | null;
}

/** Reads it off the cause, or off the first dead letter where they were chosen one by one. */
export function useFailing(cluster: string, source: WizardSource): Failing {
  const cause = source.kind === "filter" ? source.filter.cause : undefined;
  const first = source.kind === "ids" ? source.ids[0] : undefined;
  const ofCause = useQuery({
    ...query(getCause, { params: { cluster, id: cause ?? "" } }),
    enabled: cause !== undefined,
  });
  const ofFirst = useQuery({
    ...query(getDeadLetter, { params: { cluster, id: first ?? "" } }),
    enabled: first !== undefined,
  });
  if (source.kind === "filter" && cause === undefined)
    return { group: source.filter.group ?? null, topic: null };
  const found = ofCause.data?.cause ?? ofFirst.data?.cause;
  return { group: found?.group ?? null, topic: found?.sourceTopic ?? null };
}
