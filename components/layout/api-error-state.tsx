"use client";

import { ErrorState } from "#components/ui/error-state.tsx";
import { ApiError } from "#lib/client/call.ts";

interface ApiErrorStateProps {
  error: Error;
  /** What could not be had, as a subject: "The groups of staging". */
  what: string;
  onRetry?: () => void;
  retrying?: boolean;
  look?: "block" | "inline";
}

/** What to do next, by the code of the API. */
const NEXT: Readonly<Record<string, string>> = {
  permission_missing: "Ask an administrator for the role that allows it.",
  cluster_unreachable: "See that the brokers run and can be reached from the console.",
  cluster_unknown: "See the clusters in Settings; the address may be old.",
  group_unknown: "It may have been deleted; search it by name.",
  topic_unknown: "It may have been deleted; search it by name.",
  record_unknown: "See the newest records of the topic.",
  read_refused: "See that the console's Kafka user may read the topic.",
  search_token_invalid: "Search again from the beginning.",
  request_invalid: "Change the filter or the address.",
  cursor_invalid: "Read the list from its beginning.",
  schema_behind: "Migrate the database, then reload.",
};

/** A failed call as an ErrorState: what could not be had, the server's words, what to do, the request id. */
export function ApiErrorState({ error, what, onRetry, retrying, look }: ApiErrorStateProps) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <ErrorState
      title={`${what} could not be had.`}
      detail={error.message}
      next={known && NEXT[known.code]}
      requestId={known?.requestId}
      onRetry={onRetry}
      {...(retrying === undefined ? {} : { retrying })}
      {...(look === undefined ? {} : { look })}
    />
  );
}
