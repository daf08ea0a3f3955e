"use client";

import { useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { listClusters } from "#lib/contracts/clusters.ts";

/** Why this person cannot start or steer jobs on a cluster; null when they can, an empty text while it is not known. */
export function useJobRefusal(cluster: string): string | null {
  const me = useQuery(query(getMe, {}));
  const clusters = useQuery(query(listClusters, {}));
  if (me.data === undefined || clusters.data === undefined) return "";
  if (!me.data.permissions.includes("jobs:operate"))
    return "This needs the role operator: ask an administrator.";
  if (clusters.data.items.some(({ id, readOnly }) => id === cluster && readOnly))
    return "The configuration makes this cluster read-only.";
  return null;
}
