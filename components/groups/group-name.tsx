import Link from "next/link";

import { Badge } from "#components/ui/badge.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupKind } from "#lib/domain/groups/group.ts";

import { groupTitle } from "./group-title.ts";

interface GroupNameProps {
  cluster: string;
  id: string;
  kind: GroupKind;
}

/** A group id as Kafka has it, the empty one included, leading to its page; the rarer kinds are named beside it. */
export function GroupName({ cluster, id, kind }: GroupNameProps) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link href={paths.group(cluster, id)} className="link-quiet truncate font-medium" title={id}>
        {groupTitle(id)}
      </Link>
      {(kind === "share" || kind === "streams") && <Badge>{kind}</Badge>}
    </span>
  );
}
