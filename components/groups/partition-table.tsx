"use client";

import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";

import { PartitionStrip } from "#components/charts/partition-strip.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Select } from "#components/ui/select.tsx";
import type { GroupDetail, GroupPartition } from "#lib/domain/groups/group.ts";

import { PARTITION_FILE } from "./group-files.ts";
import { partitionColumns } from "./partition-columns.tsx";
import { firstOrder, lagRecords, orderPartitions, PARTITION_SORTS, partitionId } from "./partition-order.ts";
import { partitionState } from "./partition-state.ts";
import { useEvidence } from "./use-evidence.ts";
import { ALL_TOPICS, useTopicFilter } from "./use-topic-filter.ts";
import { useWide } from "#components/ui/use-wide.ts";

interface PartitionTableProps {
  cluster: string;
  /** `undefined` while the first answer is under way. */
  group: GroupDetail | undefined;
}

const PARSERS = {
  sort: parseAsStringLiteral(PARTITION_SORTS).withDefault("trouble"),
  order: parseAsStringLiteral(["asc", "desc"]),
};
/** More bars than this are a fence, not a picture. */
const MOST_BARS = 96;

/** The partitions of a group, by trouble: a bar for the lag of each, then the table. */
export function PartitionTable({ cluster, group }: PartitionTableProps) {
  const [{ sort, order }, set] = useQueryStates(PARSERS);
  const { topic, topics, choose } = useTopicFilter(group);
  const wide = useWide();
  const evidence = useEvidence();
  const columns = useMemo(
    () =>
      partitionColumns({
        cluster,
        members: group?.members ?? [],
        observedAt: group?.observedAt ?? 0,
        onEvidence: evidence.show,
        wide,
      }),
    [cluster, group?.members, group?.observedAt, evidence.show, wide],
  );
  const shown = group?.partitions.filter((row) => topic === null || row.topic === topic);
  const direction = order ?? firstOrder(sort);
  return (
    <>
      {(topics.length > 1 || topic !== null || (shown !== undefined && shown.length > 1)) && (
        <div className="mb-3 flex min-h-8 flex-wrap items-end justify-between gap-4">
          {shown !== undefined && shown.length <= MOST_BARS ? <LagStrip partitions={shown} /> : <span />}
          {(topics.length > 1 || topic !== null) && (
            <Select
              label="Topic"
              showLabel
              value={topic ?? ALL_TOPICS}
              onValueChange={choose}
              options={[
                { value: ALL_TOPICS, label: `all ${formatCount(topics.length)}` },
                ...topics.map((name) => ({ value: name, label: name })),
              ]}
            />
          )}
        </div>
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Partitions"
          columns={columns}
          rows={shown && orderPartitions(shown, sort, direction)}
          rowKey={partitionId}
          file={{ name: [cluster, group?.id ?? "", "partitions"], columns: PARTITION_FILE }}
          sort={{ column: sort, order: direction }}
          onSortChange={(next) => {
            const column = PARTITION_SORTS.find((entry) => entry === next.column);
            if (column !== undefined) void set({ sort: column, order: next.order });
          }}
          look={{ tone: (row) => partitionState(row).tone, openKey: evidence.key ?? undefined }}
          resetKey={topic ?? ""}
          skeletonRows={6}
          empty={
            <EmptyState
              title="No partitions"
              why="The group has neither commits nor members that own a partition. Both appear here within 10 s."
            />
          }
        />
      </div>
    </>
  );
}

/** The lag of each partition as a bar, in partition order: one tall bar is a hot or stuck partition. */
function LagStrip({ partitions }: { partitions: readonly GroupPartition[] }) {
  const bars = orderPartitions(partitions, "topic", "asc").map((row) => {
    const lag = lagRecords(row.lag);
    const { word, tone } = partitionState(row);
    const words = lag === null ? "lag unknown" : `${formatCount(lag)} records behind`;
    return {
      id: partitionId(row),
      value: lag,
      tone,
      hint: `${row.topic} ${row.partition}: ${words}, ${word}`,
    };
  });
  return (
    <div className="flex min-w-0 items-end gap-3">
      <PartitionStrip label="lag now by partition" bars={bars} heightPx={32} />
      <span className="text-muted text-xs whitespace-nowrap">lag now</span>
    </div>
  );
}
