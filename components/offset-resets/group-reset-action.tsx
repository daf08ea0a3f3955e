"use client";

import { useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";

import { ResetOffsetsButton } from "./reset-offsets-button.tsx";

interface GroupResetActionProps {
  cluster: string;
  group: string;
}

/** The way to a reset on the page of a group; nothing until the group is known. */
export function GroupResetAction({ cluster, group: id }: GroupResetActionProps) {
  const asked = useQuery(query(getGroup, { params: { cluster, group: id } }));
  return asked.data === undefined ? null : <ResetOffsetsButton cluster={cluster} group={asked.data} />;
}
