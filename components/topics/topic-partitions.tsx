"use client";

import { Rows3 } from "lucide-react";

import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { TopicPartition } from "#lib/domain/topics/topic.ts";

import { TOPIC_PARTITION_FILE } from "./topic-files.ts";
import { isLeaderless, isUnderReplicated } from "./topic-verdict.ts";

const NOT_TOLD = "The broker did not tell it.";
const NOT_SWEPT = "No sweep has read it yet.";

const COLUMNS: Column<TopicPartition>[] = [
  { id: "partition", header: "Partition", width: "76px", cell: (row) => <Quantity value={row.partition} /> },
  { id: "state", header: "State", cell: (row) => <PartitionState partition={row} /> },
  {
    id: "leader",
    header: "Leader",
    hint: "The broker that writes and reads go to.",
    width: "80px",
    cell: (row) => (row.leaderId === null ? <UnknownDash reason={NOT_TOLD} /> : `broker ${row.leaderId}`),
  },
  {
    id: "replicas",
    header: "Replicas",
    hint: "Broker ids; struck through: not in sync.",
    width: "88px",
    cell: (row) => <Replicas partition={row} />,
  },
  {
    id: "start",
    header: "Start offset",
    align: "right",
    width: "100px",
    cell: (row) => <Quantity value={row.start} reason={NOT_SWEPT} />,
  },
  {
    id: "end",
    header: "End offset",
    align: "right",
    width: "100px",
    cell: (row) => <Quantity value={row.end} reason={NOT_SWEPT} live />,
  },
  {
    id: "records",
    header: "Records",
    hint: "End offset minus start offset: at most that many.",
    align: "right",
    width: "88px",
    cell: (row) => (
      <Quantity
        value={row.start === null || row.end === null ? null : row.end - row.start}
        reason={NOT_SWEPT}
        live
      />
    ),
  },
  {
    id: "size",
    header: "Size",
    hint: "Bytes of the leader's log.",
    align: "right",
    width: "80px",
    cell: (row) => (
      <Quantity kind="bytes" value={row.sizeBytes} reason="The broker did not tell a size yet." />
    ),
  },
];

interface TopicPartitionsProps {
  topic: string;
  /** `undefined` while loading. */
  partitions: readonly TopicPartition[] | undefined;
}

/** The partitions of a topic: leader, replicas, offsets and size of each. */
export function TopicPartitions({ topic, partitions }: TopicPartitionsProps) {
  return (
    <div className="border-line bg-raised rounded border">
      <DataTable
        label={`Partitions of ${topic}`}
        columns={COLUMNS}
        rows={partitions}
        rowKey={(row) => String(row.partition)}
        file={{ name: [topic, "partitions"], columns: TOPIC_PARTITION_FILE }}
        look={{
          tone: (row) => (isLeaderless(row) ? "critical" : isUnderReplicated(row) ? "warning" : undefined),
        }}
        skeletonRows={6}
        empty={
          <EmptyState
            icon={Rows3}
            title="Partitions are not known"
            why="The broker did not answer and no sweep has stored them yet. They show here after the next sweep."
          />
        }
      />
    </div>
  );
}

function PartitionState({ partition }: { partition: TopicPartition }) {
  if (isLeaderless(partition)) {
    return (
      <StateTag tone="critical" word="no leader" hint="Nothing can be written here or read from here." />
    );
  }
  if (isUnderReplicated(partition)) {
    return (
      <StateTag
        tone="warning"
        word="under-replicated"
        hint={`${partition.isrIds.length} of ${partition.replicaIds.length} replicas are in sync.`}
      />
    );
  }
  if (partition.replicaIds.length === 0) return <UnknownDash reason={NOT_TOLD} />;
  const hint =
    partition.replicaIds.length === 1 ? "Its one replica is in sync." : "All replicas are in sync.";
  return <StateTag tone="ok" word="in sync" hint={hint} />;
}

function Replicas({ partition }: { partition: TopicPartition }) {
  if (partition.replicaIds.length === 0) return <UnknownDash reason={NOT_TOLD} />;
  return (
    <span className="tabular inline-flex gap-1.5">
      {partition.replicaIds.map((id) => {
        const inSync = partition.isrIds.includes(id);
        return (
          <Tooltip key={id} content={inSync ? `Broker ${id} is in sync.` : `Broker ${id} is not in sync.`}>
            {inSync ? <span>{id}</span> : <s className="text-warning">{id}</s>}
          </Tooltip>
        );
      })}
    </span>
  );
}
