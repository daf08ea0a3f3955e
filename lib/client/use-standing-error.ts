import { useState } from "react";

import type { ApiError } from "./call.ts";

/** What {@link useStandingError} asks of a query. */
interface Failing {
  readonly data: unknown;
  readonly error: ApiError | null;
  readonly isPending: boolean;
}

/**
 * The error of a query, kept while it is asked again. TanStack Query takes the error of a query without data away
 * at each refetch; a page that shows it would flicker to its skeletons with every live hint.
 */
export function useStandingError({ data, error, isPending }: Failing): ApiError | null {
  const [last, setLast] = useState(error);
  const standing = isPending && data === undefined ? last : error;
  if (standing !== last) setLast(standing);
  return standing;
}
