"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Grid3x3 } from "lucide-react";
import { useState } from "react";

import { ChartTable } from "#components/charts/chart-table.tsx";
import { HeatMap } from "#components/charts/heat-map.tsx";
import { TIME_RANGES, type TimeRange } from "#components/charts/use-time-range.ts";
import { ViewActions, type View } from "#components/charts/view-actions.tsx";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { downloadText } from "#components/ui/csv.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { fileName, fileText, instantText } from "#components/ui/table-file.ts";
import { useNow } from "#components/ui/use-now.ts";
import { query } from "#lib/client/query.ts";
import { getGroupHeat } from "#lib/contracts/groups.ts";

import { groupTitle } from "./group-title.ts";
import { heatCells, heatRows, MOST_HEAT_ROWS } from "./heat-rows.ts";
import { heatSlots } from "./heat-slots.ts";

interface GroupHeatProps {
  cluster: string;
  group: string;
  /** The topic to which the page is narrowed; null for all. */
  topic: string | null;
  range: TimeRange;
}

/** The greatest lag of each partition over time: one dark row is a hot or stuck partition, a dark column a bad hour. */
export function GroupHeat({ cluster, group, topic, range }: GroupHeatProps) {
  const [view, setView] = useState<View>("drawn");
  const now = useNow(60_000) ?? 0;
  const slots = heatSlots(endsOf(range, now), now);
  const asked = useQuery({
    ...query(getGroupHeat, { params: { cluster, group }, query: { ...range.query, slots } }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  const heat = asked.data;
  const { rows, total } = heatRows(heat?.topics ?? [], topic);
  const drawable = heat !== undefined && rows.length > 0;
  const download = () => {
    if (heat === undefined) return;
    const text = fileText(
      "csv",
      [
        { name: "topic", value: (cell) => cell.topic },
        { name: "partition", value: (cell) => cell.partition },
        { name: "from", value: (cell) => instantText(cell.fromAt) },
        { name: "greatest_lag_records", value: (cell) => cell.lag },
      ],
      heatCells(heat),
    );
    downloadText(fileName([cluster, group, "lag-by-partition"], Date.now(), "csv"), text);
  };
  const body = () => {
    if (asked.error && heat === undefined) {
      return (
        <ApiErrorState
          error={asked.error}
          what="The lag by partition"
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      );
    }
    if (heat === undefined) return <Skeleton className="h-24 w-full" />;
    if (!drawable) {
      return (
        <p className="text-muted py-8 text-center text-sm">
          No samples of {topic ?? "this group"} are stored in this range.
        </p>
      );
    }
    if (view === "table") {
      const series = rows.map(({ id, name, values }) => ({ id, name, values }));
      return <ChartTable label="Lag by partition" at={heat.at} series={series} kind="count" heightPx={260} />;
    }
    return (
      <HeatMap
        label={`Lag of ${groupTitle(group)} by partition, records`}
        at={heat.at}
        slotMs={heat.slotMs}
        rows={rows}
        kind="count"
        unit="records"
        onRangeSelect={range.selectSpan}
      />
    );
  };
  return (
    <Panel
      title="Lag by partition"
      meta={metaWords(rows.length, total, range.words)}
      actions={
        <ViewActions
          view={view}
          icon={Grid3x3}
          drawing="map"
          disabled={!drawable}
          onView={setView}
          onDownload={download}
        />
      }
    >
      {body()}
    </Panel>
  );
}

/** The ends of a range; one up to now has its whole length whatever the step in which its beginning moves. */
function endsOf({ id, query: asked }: TimeRange, now: number): { fromAt: number; toAt: number } {
  const preset = TIME_RANGES.find((entry) => entry.id === id);
  if (preset !== undefined) return { fromAt: now - preset.spanMs, toAt: now };
  return { fromAt: asked?.from ?? now, toAt: asked?.to ?? now };
}

function metaWords(shown: number, total: number, words: string): string {
  const which =
    total > shown
      ? `the ${MOST_HEAT_ROWS} with the most lag of ${formatCount(total)}`
      : "greatest lag a slot";
  return ["records", which, words].filter((part) => part !== "").join(" · ");
}
