import { MissingPage } from "#components/ui/missing-page.tsx";
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
    <MissingPage
      trail={trail}
      title={<code>{groupTitle(group)}</code>}
      verdict={`${cluster} has no such group.`}
      noun="group"
      why="It was deleted, its commits expired, or its name is written differently. A group appears within 10 s of its first member or commit."
      next={{ label: `All groups of ${cluster}`, href: paths.groups(cluster) }}
    />
  );
}
