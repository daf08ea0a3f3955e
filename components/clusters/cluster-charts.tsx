"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import { seriesColor } from "#components/charts/chart-series.ts";
import type { TimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { query } from "#lib/client/query.ts";
import { getClusterHistory } from "#lib/contracts/clusters.ts";
import { paths } from "#lib/contracts/paths.ts";

interface ClusterChartsProps {
  cluster: string;
  range: TimeRange;
}

/** A cluster over time: the lag of its five worst groups, and what is written against what is committed. */
export function ClusterCharts({ cluster, range }: ClusterChartsProps) {
  const history = useQuery({
    ...query(getClusterHistory, { params: { cluster }, query: range.query ?? {} }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  const data = history.data;
  const groups = (data?.groups ?? []).map(({ group, lag }) => ({
    id: `group ${group}`,
    name: group === "" ? "(empty group id)" : group,
    values: lag,
  }));
  const shared = {
    at: data?.at,
    ...(data === undefined ? {} : { fromAt: data.fromAt, toAt: data.toAt }),
    syncId: `cluster ${cluster}`,
    heightPx: 220,
    onRangeSelect: range.selectSpan,
    empty: "No samples of this cluster are stored in this range.",
    ...(history.error && data === undefined
      ? {
          error: (
            <ApiErrorState
              error={history.error}
              what={`The history of ${cluster}`}
              retrying={history.isFetching}
              onRetry={() => void history.refetch()}
            />
          ),
        }
      : {}),
  };
  const suffix = range.words === "" ? "" : ` · ${range.words}`;
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
      <div className="min-w-0">
        <ChartPanel
          {...shared}
          title="Lag of the five worst groups"
          meta={`records${suffix}`}
          series={groups}
          kind="count"
        />
        <GroupLinks cluster={cluster} groups={(data?.groups ?? []).map(({ group }) => group)} />
      </div>
      <ChartPanel
        {...shared}
        className="self-start"
        title="Written and committed"
        meta={`records a second${suffix}`}
        kind="rate"
        series={
          data === undefined
            ? []
            : [
                { id: "written", name: "written", values: data.produceRate, hue: 2 },
                { id: "committed", name: "committed", values: data.consumeRate, hue: 1 },
              ]
        }
      />
    </div>
  );
}

interface GroupLinksProps {
  cluster: string;
  groups: readonly string[];
}

/** The way from each line of the chart to its group. */
function GroupLinks({ cluster, groups }: GroupLinksProps) {
  return (
    <ul
      className="text-muted mt-2 flex min-h-5 flex-wrap gap-x-4 gap-y-1 px-1 text-xs"
      aria-label="Groups in the chart"
    >
      {groups.map((group, place) => (
        <li key={group} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden
            className="size-2 shrink-0 rounded-full"
            style={{ background: seriesColor({ id: group, name: group, values: [] }, place) }}
          />
          <Link href={paths.group(cluster, group)} className="link-quiet truncate">
            {group === "" ? "(empty group id)" : group}
          </Link>
        </li>
      ))}
    </ul>
  );
}
