import { Duration } from "#components/ui/duration.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration, formatQuantity } from "#components/ui/format-quantity.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { GroupDetail } from "#lib/domain/groups/group.ts";

import { Drain } from "./drain.tsx";
import { GROUP_HINTS, NO_LAG, NO_RATE, NO_TIME_LAG } from "./group-numbers.ts";
import { RetentionUsed } from "./retention-used.tsx";
import { retentionWords } from "./retention-words.ts";

interface GroupStatsProps {
  /** `undefined` while the first answer is under way. */
  group: GroupDetail | undefined;
  /** Records arriving a second on its topics, newest known; null when unknown. */
  arriving: number | null;
  /** Reads the time lag off the records themselves. */
  onReadExactly: () => void;
}

const LABELS = ["Lag", "Time lag", "Drains in", "Reads", "Retention used", "Members"] as const;

/** The numbers of a group: lag, time lag, when it is drained, how fast it reads and who does. */
export function GroupStats({ group, arriving, onReadExactly }: GroupStatsProps) {
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
        value={
          <Quantity
            value={group.lag}

            reason={NO_LAG}
            hint={GROUP_HINTS.lag}
            live
          />
        }
        meta={lagMeta(group)}
        {...(troubled ? { tone } : {})}
      />
      <Stat
        label="Time lag"
        value={<Duration ms={group.timeLagMs} reason={NO_TIME_LAG} hint={GROUP_HINTS.timeLag} live />}
        meta={
          <button
            type="button"
            title="Reads the first unread record of each lagging partition from the brokers and takes its own timestamp."
            className="hover:text-text underline decoration-dotted underline-offset-3"
            onClick={onReadExactly}
          >
            read exactly
          </button>
        }
      />
      <Stat label="Drains in" value={<Drain row={group} />} meta="at present rates" />
      <Stat
        label="Reads"
        value={
          <Quantity kind="rate" value={group.consumeRate} reason={NO_RATE} hint={GROUP_HINTS.rate} live />
        }
        meta={arriving === null ? "arriving: unknown" : `${formatQuantity("rate", arriving)} arriving`}
      />
      <RetentionStat group={group} />
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

/** How much of what Kafka keeps is unread, and when the first of it may be deleted. */
function RetentionStat({ group }: { group: GroupDetail }) {
  const { retentionUsed, expiresAt, observedAt } = group;
  const tone = retentionWords(group)?.tone;
  return (
    <Stat
      label="Retention used"
      value={<RetentionUsed {...{ retentionUsed, expiresAt, observedAt }} />}
      meta={
        expiresAt === null ? (
          "of what Kafka keeps"
        ) : (
          <Tooltip
            content={`The first unread record expires ${formatInstantFull(expiresAt)} at the earliest.`}
          >
            <span>{expiryWords(expiresAt - observedAt)}</span>
          </Tooltip>
        )
      }
      {...(tone === undefined ? {} : { tone })}
    />
  );
}

function expiryWords(leftMs: number): string {
  return leftMs <= 0 ? "may be deleted now" : `≥ ${formatDuration(leftMs)} to expiry`;
}

/** The unit stands below the number, where a long one leaves room for it. */
function lagMeta({ lag, partitions }: GroupDetail): string {
  const noun = lag === 1 ? "record" : "records";
  return `${noun} on ${formatCount(partitions.length)} ${partitions.length === 1 ? "partition" : "partitions"}`;
}
