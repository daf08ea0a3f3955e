"use client";

import { useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";

/** Why this person cannot move sagas; null when they can, an empty text while it is not known. */
export function useOperatorRefusal(): string | null {
  const me = useQuery(query(getMe, {}));
  if (me.data === undefined) return "";
  return me.data.permissions.includes("sagas:operate")
    ? null
    : "This needs the role operator: ask an administrator.";
}
