import type { Column } from "#components/ui/data-table-column.ts";
import { Duration } from "#components/ui/duration.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupMember, GroupPartition } from "#lib/domain/groups/group.ts";

import { EvidenceButton } from "./evidence-button.tsx";
import { GROUP_HINTS, NO_TIME_LAG } from "./group-numbers.ts";
import { PartitionLagCell } from "./partition-lag-cell.tsx";
import { partitionState } from "./partition-state.ts";
import { RetentionUsed } from "./retention-used.tsx";

interface ColumnsInput {
  cluster: string;
  members: readonly GroupMember[];
  /** When the partitions were seen, epoch ms. */
  observedAt: number;
  /** Shows what a verdict was told from. */
  onEvidence: (partition: GroupPartition) => void;
  /** Room for what is good to know besides: the end, which is commit and lag, and when the commit moved. */
  wide: boolean;
}

/** Column widths in px, in a wide window and in one of 1024 px. */
const WIDTHS = {
  wide: { trouble: 116, committed: 96, end: 96, lag: 92, timeLag: 92, retention: 96, moved: 96 },
  narrow: { trouble: 108, committed: 96, end: 0, lag: 84, timeLag: 88, retention: 92, moved: 0 },
} as const;

/** partitionColumns are the columns of a group's partitions; ids that can be sorted by are names of PARTITION_SORTS. */
export function partitionColumns({
  cluster,
  members,
  observedAt,
  onEvidence,
  wide,
}: ColumnsInput): readonly Column<GroupPartition>[] {
  const widths = wide ? WIDTHS.wide : WIDTHS.narrow;
  const px = (column: keyof typeof widths) => `${widths[column]}px`;
  const byId = new Map(members.map((member) => [member.memberId, member]));
  const columns: readonly Column<GroupPartition>[] = [
    {
      id: "topic",
      header: "Topic, partition",
      sortable: true,
      cell: (row) => <TopicPartitionName cluster={cluster} topic={row.topic} partition={row.partition} />,
    },
    {
      id: "trouble",
      header: "Verdict",
      hint: "Judged over the last samples of this partition; a click shows them.",
      width: px("trouble"),
      sortable: true,
      firstOrder: "asc",
      cell: (row) => {
        const { tone, word, why } = partitionState(row);
        return (
          <EvidenceButton
            of={`${row.topic} ${row.partition}`}
            onOpen={() => {
              onEvidence(row);
            }}
          >
            <StateTag tone={tone} word={word} hint={why} />
          </EvidenceButton>
        );
      },
    },
    {
      id: "committed",
      header: "Committed",
      hint: "The offset of the record the group reads next.",
      width: px("committed"),
      align: "right",
      sortable: true,
      cell: (row) => (
        <Quantity
          value={row.committed}
          reason="The group has no commit on this partition."
          hint={exact(row.committed)}
          live
        />
      ),
    },
    {
      id: "end",
      header: "End",
      hint: "The offset that the next record gets.",
      width: px("end"),
      align: "right",
      sortable: true,
      cell: (row) => (
        <Quantity
          value={row.end}
          reason="No broker told the end offset of this partition."
          hint={exact(row.end)}
          live
        />
      ),
    },
    {
      id: "lag",
      header: "Lag",
      hint: "End minus committed, in records; a tail of transaction markers is none.",
      width: px("lag"),
      align: "right",
      sortable: true,
      cell: (row) => <PartitionLagCell lag={row.lag} />,
    },
    {
      id: "timeLag",
      header: "Time lag",
      hint: GROUP_HINTS.timeLag,
      width: px("timeLag"),
      align: "right",
      sortable: true,
      cell: (row) => <Duration ms={row.timeLagMs} reason={NO_TIME_LAG} live />,
    },
    {
      id: "retention",
      header: "Retention",
      hint: "The share of the records Kafka keeps here that the group has not read.",
      width: px("retention"),
      align: "right",
      sortable: true,
      cell: ({ retentionUsed, expiresAt }) => <RetentionUsed {...{ retentionUsed, expiresAt, observedAt }} />,
    },
    {
      id: "moved",
      header: "Moved",
      hint: "When a sweep last saw the commit move.",
      width: px("moved"),
      align: "right",
      sortable: true,
      cell: (row) => <RelativeTime at={row.movedAt} reason="No sweep has seen the commit move." />,
    },
    {
      id: "member",
      header: "Member",
      hint: "The member that owns the partition, by its client id.",
      width: "12%",
      cell: (row) => <Owner memberId={row.memberId} member={byId.get(row.memberId ?? "")} />,
    },
  ];
  return columns.filter(({ id }) => (widths as Readonly<Record<string, number>>)[id] !== 0);
}

/** An offset too long for its cell stands whole in its hover. */
function exact(offset: bigint | null): string | undefined {
  return offset !== null && offset >= 10_000_000_000n ? formatCount(offset) : undefined;
}

interface TopicPartitionNameProps {
  cluster: string;
  topic: string;
  partition: number;
}

function TopicPartitionName({ cluster, topic, partition }: TopicPartitionNameProps) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <Link href={paths.topic(cluster, topic)} className="link-quiet truncate" title={topic}>
        {topic}
      </Link>
      <span className="tabular shrink-0 font-semibold">{partition}</span>
    </span>
  );
}

interface OwnerProps {
  memberId: string | null;
  member: GroupMember | undefined;
}

function Owner({ memberId, member }: OwnerProps) {
  if (memberId === null) {
    return (
      <Tooltip content="No member owns this partition now.">
        <span className="text-muted text-xs">unassigned</span>
      </Tooltip>
    );
  }
  return (
    <Tooltip content={member === undefined ? memberId : `${memberId} on ${member.host}`}>
      <span className="block truncate">{member?.clientId ?? memberId}</span>
    </Tooltip>
  );
}
