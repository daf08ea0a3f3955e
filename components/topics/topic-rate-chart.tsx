"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { query } from "#lib/client/query.ts";
import { getTopicHistory } from "#lib/contracts/topics.ts";

interface TopicRateChartProps {
  cluster: string;
  topic: string;
  range: TimeRange;
  className?: string;
}

/** Records written to a topic a second, over the page's range; gaps are drawn as gaps. */
export function TopicRateChart({ cluster, topic, range, className }: TopicRateChartProps) {
  const history = useQuery({
    ...query(getTopicHistory, { params: { cluster, topic }, query: range.query ?? {} }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  const data = history.data;
  return (
    <ChartPanel
      title="Written"
      meta={`records a second${range.words === "" ? "" : `, ${range.words}`}`}
      at={data?.at}
      series={data ? [{ id: "rate", name: "written", values: data.produceRate, hue: 1 }] : []}
      kind="rate"
      filled
      heightPx={196}
      {...(data && { fromAt: data.fromAt, toAt: data.toAt })}
      {...(className && { className })}
      onRangeSelect={range.selectSpan}
      empty="No samples in this range: the worker had not swept the topic yet."
      {...(history.error &&
        !data && {
          error: (
            <ApiErrorState
              error={history.error}
              what={`The history of ${topic}`}
              retrying={history.isFetching}
              onRetry={() => void history.refetch()}
            />
          ),
        })}
    />
  );
}
