"use client";

import type { ReactNode } from "react";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { ChartMark, ChartSeries } from "#components/charts/chart-series.ts";
import type { GroupHistory } from "#lib/domain/groups/group.ts";

interface GroupLagChartProps {
  group: string;
  /** `undefined` while the first answer is under way. */
  history: GroupHistory | undefined;
  /** `last hour`; empty for a range dragged on the chart. */
  words: string;
  error?: ReactNode;
  onRangeSelect?: (fromAt: number, toAt: number) => void;
  /** What happened meanwhile. */
  marks?: readonly ChartMark[];
  heightPx?: number;
}

/** Six hues are told apart: the topics with the most lag have one each, the others are one grey area. */
const HUES = 6;

/** A group's lag over time, stacked by topic. */
export function GroupLagChart({
  group,
  history,
  words,
  error,
  onRangeSelect,
  marks,
  heightPx = 220,
}: GroupLagChartProps) {
  return (
    <ChartPanel
      title="Lag by topic"
      meta={["records", onlyTopic(history), words].filter((part) => part !== "").join(" · ")}
      at={history?.at}
      series={history === undefined ? [] : lagSeries(history)}
      kind="count"
      {...(history === undefined ? {} : { fromAt: history.fromAt, toAt: history.toAt })}
      stacked
      syncId={`group ${group}`}
      heightPx={heightPx}
      {...(marks === undefined ? {} : { marks })}
      {...(onRangeSelect === undefined ? {} : { onRangeSelect })}
      {...(error === undefined ? {} : { error })}
      empty="No samples of this group are stored in this range."
    />
  );
}

/** The topic where there is just one: a single area has no label of its own. */
function onlyTopic(history: GroupHistory | undefined): string {
  return history?.series.length === 1 ? (history.series[0]?.topic ?? "") : "";
}

function lagSeries(history: GroupHistory): ChartSeries[] {
  const peak = (lag: readonly (number | null)[]) => Math.max(0, ...lag.map((value) => value ?? 0));
  const byPeak = [...history.series].sort((a, b) => peak(b.lag) - peak(a.lag));
  const named = byPeak.length <= HUES ? byPeak : byPeak.slice(0, HUES - 1);
  const others = byPeak.slice(named.length);
  return [
    ...named.map(({ topic, lag }) => ({ id: topic, name: topic, values: lag })),
    ...(others.length === 0
      ? []
      : [
          {
            id: "others",
            name: `${others.length} other topics`,
            hue: "muted" as const,
            values: summed(history, others),
          },
        ]),
  ];
}

/** The sum of several topics; null only where none of them has a sample. */
function summed(history: GroupHistory, series: GroupHistory["series"]): (number | null)[] {
  return history.at.map((_, index) => {
    const known = series.flatMap(({ lag }) => lag[index] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}
