"use client";

import type { ReactNode } from "react";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { ChartMark } from "#components/charts/chart-series.ts";
import type { GroupHistory } from "#lib/domain/groups/group.ts";

interface GroupRateChartProps {
  group: string;
  /** `undefined` while the first answer is under way. */
  history: GroupHistory | undefined;
  words: string;
  error?: ReactNode;
  onRangeSelect?: (fromAt: number, toAt: number) => void;
  /** What happened meanwhile. */
  marks?: readonly ChartMark[];
}

/** What arrives on a group's topics against what it commits: where the lines part, the lag grows. */
export function GroupRateChart({ group, history, words, error, onRangeSelect, marks }: GroupRateChartProps) {
  const series =
    history === undefined
      ? []
      : [
          { id: "commits", name: "committed", values: history.commitRate, hue: 1 as const },
          { id: "ends", name: "arriving", values: history.endRate, hue: 2 as const },
        ];
  return (
    <ChartPanel
      title="Rates"
      meta={words === "" ? "records a second" : `records a second · ${words}`}
      at={history?.at}
      series={series}
      kind="rate"
      {...(history === undefined ? {} : { fromAt: history.fromAt, toAt: history.toAt })}
      syncId={`group ${group}`}
      heightPx={220}
      {...(marks === undefined ? {} : { marks })}
      {...(onRangeSelect === undefined ? {} : { onRangeSelect })}
      {...(error === undefined ? {} : { error })}
      empty="No samples of this group are stored in this range."
    />
  );
}
