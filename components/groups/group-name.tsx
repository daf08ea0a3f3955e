import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupRow } from "#lib/domain/groups/group.ts";

import { GroupMarks } from "./group-marks.tsx";
import { GroupReaders } from "./group-readers.tsx";
import { groupTitle } from "./group-title.ts";

interface GroupNameProps {
  cluster: string;
  row: GroupRow;
}

/**
 * A group id as Kafka has it, the empty one included, leading to its page; beside it its kind where it is one of the
 * rarer, what is odd about it, and the groups that read for it.
 */
export function GroupName({ cluster, row }: GroupNameProps) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        href={paths.group(cluster, row.id)}
        className="link-quiet min-w-1/3 truncate font-medium"
        title={row.id}
      >
        {groupTitle(row.id)}
      </Link>
      {(row.kind === "share" || row.kind === "streams") && <Badge>{row.kind}</Badge>}
      {row.parentId !== null && (
        <Tooltip content={`It reads for the group ${row.parentId}.`}>
          <span>
            <Badge>reader</Badge>
          </span>
        </Tooltip>
      )}
      <GroupMarks facts={row} />
      <GroupReaders cluster={cluster} group={row.id} readers={row.readers} />
    </span>
  );
}
