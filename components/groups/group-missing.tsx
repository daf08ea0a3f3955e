import Link from "next/link";

import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { groupTitle } from "./group-title.ts";

interface GroupMissingProps {
  cluster: string;
  group: string;
  trail: readonly { label: string; href: string }[];
}

/** A group that the cluster does not have, or no longer has. */
export function GroupMissing({ cluster, group, trail }: GroupMissingProps) {
  return (
    <>
      <PageHeader
        trail={trail}
        title={<code>{groupTitle(group)}</code>}
        verdict={`${cluster} has no such group.`}
      />
      <EmptyState
        title="This group is not there"
        why="It was deleted, its commits expired, or its name is written differently. A group appears within 10 s of its first member or commit."
        next={
          <Button asChild>
            <Link href={paths.groups(cluster)}>All groups of {cluster}</Link>
          </Button>
        }
      />
    </>
  );
}
