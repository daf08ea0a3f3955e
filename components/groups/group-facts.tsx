import { MetaLine } from "#components/ui/meta-line.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { GroupDetail } from "#lib/domain/groups/group.ts";

import { GroupMarks } from "./group-marks.tsx";
import { GroupReaders } from "./group-readers.tsx";

interface GroupFactsProps {
  cluster: string;
  /** `undefined` while the first answer is under way: the line keeps its height. */
  group: GroupDetail | undefined;
}

/** What else is good to know of a group in one quiet line: the last move, churn, the hot partition, who reads for it, when its commits expire. */
export function GroupFacts({ cluster, group }: GroupFactsProps) {
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1">
      {group !== undefined && (
        <>
          <GroupMarks facts={group} />
          <MetaLine>
            {group.lastMovedAt === null ? (
              <span>no commit was seen moving</span>
            ) : (
              <span>
                a commit last moved <RelativeTime at={group.lastMovedAt} />
              </span>
            )}
            <span>{rebalanceWords(group.rebalances)}</span>
            {group.hotPartition !== null && (
              <span>
                hot partition {group.hotPartition.topic} {group.hotPartition.partition},{" "}
                {formatCount(group.hotPartition.lag)} behind
              </span>
            )}
            {group.offsetsExpireAt !== null && (
              <span title={formatInstantFull(group.offsetsExpireAt)}>
                its first commits expire in{" "}
                {formatDuration(Math.max(0, group.offsetsExpireAt - group.observedAt))}, not after{" "}
                {formatInstantFull(group.offsetsExpireAt)}
              </span>
            )}
          </MetaLine>
          <GroupReaders cluster={cluster} group={group.id} readers={group.readers} />
        </>
      )}
    </div>
  );
}

function rebalanceWords(count: number): string {
  if (count === 0) return "no rebalance in the last hour";
  return `${formatCount(count)} ${count === 1 ? "rebalance" : "rebalances"} in the last hour`;
}
