"use client";

import { ChartSpline } from "lucide-react";
import { useState, type ReactNode } from "react";

import { downloadText, toCsv } from "#components/ui/csv.ts";
import type { QuantityKind } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";

import { ChartTable } from "./chart-table.tsx";
import { TimeSeriesChart, type TimeSeriesChartProps } from "./time-series-chart.tsx";
import { ViewActions, type View } from "./view-actions.tsx";

interface ChartPanelProps extends Omit<TimeSeriesChartProps, "label" | "at"> {
  /** What is drawn; also the accessible name and the file's name: "Lag by topic". */
  title: string;
  /** Unit, source, age. */
  meta?: ReactNode;
  /** `undefined` while the first answer is under way. */
  at: readonly number[] | undefined;
  /** Shown in the chart's place: an ErrorState. */
  error?: ReactNode;
  /** Why there is nothing to draw. */
  empty?: string;
  className?: string;
}

const CSV_UNIT: Record<QuantityKind, string> = {
  count: "",
  rate: " (per second)",
  bytes: " (bytes)",
  percent: " (%)",
  durationMs: " (ms)",
};

/** A chart in its panel, with its numbers as a table and as CSV one click away. */
export function ChartPanel({ title, meta, at, error, empty, className, ...chart }: ChartPanelProps) {
  const [view, setView] = useState<View>("drawn");
  const heightPx = chart.heightPx ?? 200;
  const drawable = at !== undefined && at.length > 0 && chart.series.length > 0;
  const download = () => {
    const head = ["time", ...chart.series.map((entry) => `${entry.name}${CSV_UNIT[chart.kind]}`)];
    const rows = (at ?? []).map((instant, index) => [
      new Date(instant).toISOString(),
      ...chart.series.map((entry) => entry.values[index] ?? null),
    ]);
    downloadText(`${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`, toCsv(head, rows));
  };
  const body = () => {
    if (error !== undefined) return error;
    if (at === undefined) return <ChartSkeleton heightPx={heightPx} />;
    if (!drawable) {
      return (
        <p className="text-muted flex h-full items-center justify-center text-sm">
          {empty ?? "No samples in this range."}
        </p>
      );
    }
    if (view === "table") {
      return <ChartTable label={title} at={at} series={chart.series} kind={chart.kind} heightPx={heightPx} />;
    }
    return <TimeSeriesChart label={title} at={at} {...chart} />;
  };
  return (
    <Panel
      title={title}
      meta={meta}
      {...(className === undefined ? {} : { className })}
      actions={
        <ViewActions
          view={view}
          icon={ChartSpline}
          drawing="chart"
          disabled={!drawable}
          onView={setView}
          onDownload={download}
        />
      }
    >
      <div style={{ minHeight: heightPx }} className="[&>:only-child]:min-h-[inherit]">
        {body()}
      </div>
    </Panel>
  );
}

/** The grid of the chart to come. */
function ChartSkeleton({ heightPx }: { heightPx: number }) {
  return (
    <div
      aria-hidden
      style={{ height: heightPx }}
      className="animate-pulse-soft flex flex-col justify-between pt-2 pr-3 pb-5.5 pl-12"
    >
      {[0, 1, 2, 3, 4].map((line) => (
        <span key={line} className="bg-line h-px w-full" />
      ))}
    </div>
  );
}
