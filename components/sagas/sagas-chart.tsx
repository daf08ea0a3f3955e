"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import type { ChartSeries } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { query } from "#lib/client/query.ts";
import { getSagaCounts } from "#lib/contracts/sagas.ts";
import type { SagaState } from "#lib/domain/sagas/saga.ts";

import { STATE_WORDS } from "./saga-words.ts";

interface SagasChartProps {
  range: TimeRange;
  source: string | null;
  type: string | null;
  className?: string;
}

const HUES = { stuck: 2, running: 1, compensating: 4, failed: 5, compensated: 6, completed: 3 } as const;
const OPEN: readonly SagaState[] = ["stuck", "running", "compensating", "failed"];
const ENDED: readonly SagaState[] = ["compensated", "completed"];

/** How many sagas stood in each state, over the page's range; those that ended well only when asked for. */
export function SagasChart({ range, source, type, className = "mb-4" }: SagasChartProps) {
  const [withEnded, setWithEnded] = useState(false);
  const asked = useQuery({
    ...query(getSagaCounts, {
      query: {
        ...(range.query ?? {}),
        ...(source === null ? {} : { source }),
        ...(type === null ? {} : { type }),
      },
    }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  const history = asked.data?.history;
  const states = withEnded ? [...OPEN, ...ENDED] : OPEN;
  const series = states.map((state): ChartSeries => ({
    id: state,
    name: STATE_WORDS[state].word,
    values: history?.map(({ counts }) => counts[state]) ?? [],
    hue: HUES[state],
  }));
  return (
    <ChartPanel
      className={className}
      title="Sagas by state"
      meta={
        <span className="inline-flex items-center gap-4">
          <span>sagas{range.words === "" ? "" : ` · ${range.words}`}</span>
          <Checkbox checked={withEnded} onCheckedChange={setWithEnded} label="with those that ended well" />
        </span>
      }
      at={history?.map(({ at }) => at)}
      series={history === undefined ? [] : series}
      kind="count"
      heightPx={168}
      onRangeSelect={range.selectSpan}
      empty="No counts are stored in this range: the worker counts once a minute."
      {...(asked.error && asked.data === undefined
        ? {
            error: (
              <ApiErrorState
                error={asked.error}
                what="The counts over time"
                retrying={asked.isFetching}
                onRetry={() => void asked.refetch()}
              />
            ),
          }
        : {})}
    />
  );
}
