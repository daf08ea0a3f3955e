"use client";

import type { ReactNode } from "react";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { ChartMark } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import type { getDeadLetterHistory } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";

interface ArrivalsChartProps {
  /** `undefined` while the first answer is under way. */
  history: OutputOf<typeof getDeadLetterHistory> | undefined;
  range: TimeRange;
  marks?: readonly ChartMark[];
  error?: ReactNode;
  heightPx?: number;
  className?: string;
}

/** Dead letters that arrived, over the page's range; dragging over it zooms. */
export function ArrivalsChart({
  history,
  range,
  marks,
  error,
  heightPx = 168,
  className,
}: ArrivalsChartProps) {
  const step = history === undefined ? "" : ` in each ${formatDuration(history.stepMs)}`;
  return (
    <ChartPanel
      title="Arrivals"
      meta={`dead letters${step}${range.words === "" ? "" : ` · ${range.words}`}`}
      at={history?.at}
      series={
        history === undefined ? [] : [{ id: "arrived", name: "arrived", values: history.arrived, hue: 2 }]
      }
      kind="count"
      filled
      heightPx={heightPx}
      onRangeSelect={range.selectSpan}
      empty="No dead letter arrived in this range."
      {...(history === undefined ? {} : { fromAt: history.fromAt, toAt: history.toAt })}
      {...(marks === undefined ? {} : { marks })}
      {...(error === undefined ? {} : { error })}
      {...(className === undefined ? {} : { className })}
    />
  );
}
