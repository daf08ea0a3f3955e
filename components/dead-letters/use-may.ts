"use client";

import { useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import type { Permission } from "#lib/domain/access/role.ts";

/** Whether who is signed in has a permission; `undefined` while that is not known. */
export function useMay(permission: Permission): boolean | undefined {
  return useQuery(query(getMe, {})).data?.permissions.includes(permission);
}
