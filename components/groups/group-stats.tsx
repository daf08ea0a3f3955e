import { Duration } from "#components/ui/duration.tsx";
import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { GroupDetail } from "#lib/domain/groups/group.ts";

import { Drain } from "./drain.tsx";
import { GROUP_HINTS, NO_LAG, NO_RATE, NO_TIME_LAG } from "./group-numbers.ts";

interface GroupStatsProps {
  /** `undefined` while the first answer is under way. */
  group: GroupDetail | undefined;
  /** Records arriving a second on its topics, newest known; null when unknown. */
  arriving: number | null;
}

const LABELS = ["Lag", "Time lag", "Drains in", "Reads", "Members"] as const;

/** The numbers of a group: lag, time lag, when it is drained, how fast it reads and who does. */
export function GroupStats({ group, arriving }: GroupStatsProps) {
  if (group === undefined) {
    return (
      <StatRow>
        {LABELS.map((label) => (
          <Stat key={label} label={label} value={<Skeleton className="my-1 h-4.5 w-20" />} meta=" " />
        ))}
      </StatRow>
    );
  }
  const { tone } = VERDICT_WORDS[group.verdict];
  const troubled = tone === "critical" || tone === "warning";
  return (
    <StatRow>
      <Stat
        label="Lag"
        value={<Quantity value={group.lag} unit="records" reason={NO_LAG} hint={GROUP_HINTS.lag} live />}
        meta={partitionWords(group.partitions.length)}
        {...(troubled ? { tone } : {})}
      />
      <Stat
        label="Time lag"
        value={<Duration ms={group.timeLagMs} reason={NO_TIME_LAG} hint={GROUP_HINTS.timeLag} live />}
        meta="of what it reads next"
      />
      <Stat label="Drains in" value={<Drain row={group} />} meta="at present rates" />
      <Stat
        label="Reads"
        value={
          <Quantity kind="rate" value={group.consumeRate} reason={NO_RATE} hint={GROUP_HINTS.rate} live />
        }
        meta={arriving === null ? "arriving: unknown" : `${formatQuantity("rate", arriving)} arriving`}
      />
      <Stat
        label="Members"
        value={<Quantity value={group.memberCount} hint={GROUP_HINTS.members} live />}
        meta={
          <>
            {group.state.replaceAll("-", " ")}
            {group.stateSinceAt !== null && (
              <>
                {" since "}
                <RelativeTime at={group.stateSinceAt} />
              </>
            )}
          </>
        }
      />
    </StatRow>
  );
}

function partitionWords(count: number): string {
  return `on ${formatCount(count)} ${count === 1 ? "partition" : "partitions"}`;
}
