"use client";

import { useQuery } from "@tanstack/react-query";

import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { paths } from "#lib/contracts/paths.ts";

import { GroupChanges } from "./group-changes.tsx";
import { groupLabel } from "./group-label.ts";
import { ResetOffsetsButton } from "./reset-offsets-button.tsx";

interface OffsetResetsViewProps {
  cluster: string;
  group: string;
}

/** The changes of a group as a page of their own: a deleted group has it still. */
export function OffsetResetsView({ cluster, group }: OffsetResetsViewProps) {
  const asked = useQuery(query(getGroup, { params: { cluster, group } }));
  return (
    <>
      <PageHeader
        trail={[
          { label: "Groups", href: paths.groups(cluster) },
          { label: groupLabel(group), href: paths.group(cluster, group) },
        ]}
        title="Changes"
        verdict="What was planned and done to this group's offsets, by whom and why."
        actions={asked.data && <ResetOffsetsButton cluster={cluster} group={asked.data} />}
      />
      <GroupChanges cluster={cluster} group={group} />
    </>
  );
}
