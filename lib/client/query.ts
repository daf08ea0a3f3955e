import { MutationCache, QueryCache, QueryClient, mutationOptions, queryOptions } from "@tanstack/react-query";

import type { Endpoint, OutputOf } from "#lib/contracts/endpoint.ts";

import { ApiError, call, send, toWire, type Asked } from "./call.ts";
import { clearOutage, reportOutage } from "./use-outage.ts";

/** The key of a query: feature, path, input in wire form. Hints and mutations invalidate by the first word. */
export type QueryKeyOf = readonly [feature: string, path: string, input: unknown];

/**
 * Query options of an endpoint: `useQuery(query(listGroups, { params: { cluster } }))`. Spread them to add
 * `refetchInterval` or `placeholderData`.
 */
export function query<E extends Endpoint>(endpoint: E, asked: Asked<E>) {
  const wire = toWire(endpoint, asked);
  const queryKey: QueryKeyOf = [endpoint.feature, endpoint.path, wire];
  // eslint-disable-next-line @tanstack/query/exhaustive-deps -- feature and path name the endpoint
  return queryOptions<OutputOf<E>, ApiError, OutputOf<E>, QueryKeyOf>({
    queryKey,
    queryFn: ({ signal }) => send(endpoint, wire, { signal }),
  });
}

/** Mutation options of an endpoint; when it is done everything of the endpoint's feature is read again. */
export function mutation<E extends Endpoint>(endpoint: E) {
  return mutationOptions<OutputOf<E>, ApiError, Asked<E>>({
    mutationKey: [endpoint.feature, endpoint.path, endpoint.method],
    mutationFn: (asked) => call(endpoint, asked),
  });
}

const MOST_RETRIES = 2;

/** Whether trying again may help: not for what the server understood and refused. */
function worthRetrying(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const passing = error.status === 0 || error.status === 502 || error.status === 504;
  return passing && failures < MOST_RETRIES;
}

interface QueryClientOptions {
  /** The session is missing or has ended: go and sign in. */
  onSignedOut: () => void;
}

/** The query client of a page: what it learns of the database and of the session it passes on at once. */
export function createQueryClient({ onSignedOut }: QueryClientOptions): QueryClient {
  const onError = (error: unknown) => {
    if (!(error instanceof ApiError)) return;
    if (error.is("database_unreachable")) reportOutage(error.sinceAt ?? null);
    else if (error.is("session_missing") || error.is("session_expired")) onSignedOut();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError,
      onSuccess: () => {
        // What failed meanwhile is not asked again by anybody else.
        if (clearOutage()) void client.invalidateQueries();
      },
    }),
    mutationCache: new MutationCache({
      onError,
      onSuccess: (...[, , , done]) => {
        const feature = done.options.mutationKey?.[0];
        if (feature !== undefined) void client.invalidateQueries({ queryKey: [feature] });
      },
    }),
    defaultOptions: {
      queries: { retry: worthRetrying, retryDelay: 1_000, staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
  return client;
}
