"use client";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatClock } from "#components/ui/format-instant.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { PartitionSample } from "#lib/domain/groups/group.ts";

import { withSteps, type SampleStep } from "./sample-steps.ts";

interface EvidenceSamplesProps {
  /** What the file is called by: cluster, group, topic, partition. */
  name: readonly string[];
  /** `undefined` while the first answer is under way. */
  samples: { fromAt: number; toAt: number; items: readonly PartitionSample[] } | undefined;
}

const COLUMNS: readonly Column<SampleStep>[] = [
  {
    id: "at",
    header: "Sample",
    width: "84px",
    cell: ({ at }) => <span className="tabular">{formatClock(at)}</span>,
  },
  {
    id: "committed",
    header: "Committed",
    align: "right",
    cell: ({ committed }) => <Quantity value={committed} reason="The group had no commit here." />,
  },
  {
    id: "moved",
    header: "Moved",
    hint: "Records committed since the sample before.",
    align: "right",
    width: "84px",
    cell: ({ moved }) => <Step step={moved} reason="There is no sample before it to compare with." />,
  },
  {
    id: "end",
    header: "End",
    align: "right",
    cell: ({ end }) => <Quantity value={end} reason="The end offset could not be read." />,
  },
  {
    id: "lag",
    header: "Lag",
    align: "right",
    width: "84px",
    cell: ({ lag }) => <Quantity value={lag} reason="Commit or end are missing." />,
  },
];

const FILE: readonly FileColumn<SampleStep>[] = [
  { name: "at", value: ({ at }) => instantText(at) },
  { name: "committed_offset", value: ({ committed }) => committed },
  { name: "end_offset", value: ({ end }) => end },
  { name: "lag_records", value: ({ lag }) => lag },
];

/** The stored samples of one partition: its lag as a line, then every sample, newest first. */
export function EvidenceSamples({ name, samples }: EvidenceSamplesProps) {
  const items = samples?.items;
  return (
    <>
      <ChartPanel
        title="Lag"
        meta="records, as sampled"
        kind="count"
        filled
        heightPx={120}
        at={items?.map(({ at }) => at)}
        series={items === undefined ? [] : [{ id: "lag", name: "lag", values: items.map(({ lag }) => lag) }]}
        {...(samples === undefined ? {} : { fromAt: samples.fromAt, toAt: samples.toAt })}
        empty="No samples of this partition are stored in this window."
      />
      <div className="border-line overflow-hidden rounded border">
        <DataTable
          label="Samples"
          columns={COLUMNS}
          rows={items && withSteps(items)}
          rowKey={({ at }) => String(at)}
          file={{ name, columns: FILE }}
          maxHeight="420px"
          skeletonRows={6}
          empty={
            <EmptyState
              title="No samples"
              why="None of this partition is stored in this window. Samples are taken every 10 s and kept as they are for two days."
            />
          }
        />
      </div>
    </>
  );
}

/** How far a commit moved: what stood still and what went back stand out. */
function Step({ step, reason }: { step: bigint | null; reason: string }) {
  if (step === null) return <Quantity value={null} reason={reason} />;
  if (step === 0n) return <span className="text-muted">still</span>;
  if (step < 0n) return <Quantity value={step} className="text-critical font-medium" />;
  return (
    <span className="tabular">
      +<Quantity value={step} />
    </span>
  );
}
