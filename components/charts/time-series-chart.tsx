"use client";

import { useRef, useState } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";

import { zoneName } from "#components/ui/format-instant.ts";
import { formatQuantity, formatQuantityShort, type QuantityKind } from "#components/ui/format-quantity.ts";
import { TONE_COLOR } from "#components/ui/tone.ts";

import { AxisMarks } from "./axis-marks.tsx";
import { timeTicks, valueTicks } from "./axis-ticks.ts";
import {
  chartPeak,
  chartRows,
  seriesColor,
  type ChartMark,
  type ChartRow,
  type ChartSeries,
  type ChartThreshold,
} from "./chart-series.ts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { labelRoomPx, LineLabels } from "./line-labels.tsx";
import { timeTick } from "./time-tick.tsx";
import { usePointed } from "./use-pointed.ts";

/** What a time-series chart draws. */
export interface TimeSeriesChartProps {
  /** Accessible name: "lag of payments by topic, records". */
  label: string;
  /** Instants of the samples, epoch ms, ascending; each series has one value for each. */
  at: readonly number[];
  series: readonly ChartSeries[];
  kind: QuantityKind;
  /** The range shown, also where there are no samples. First and last sample when left out. */
  fromAt?: number;
  toAt?: number;
  /** Areas on top of one another: parts of a whole. */
  stacked?: boolean;
  /** Fills under a single line. */
  filled?: boolean;
  thresholds?: readonly ChartThreshold[];
  marks?: readonly ChartMark[];
  /** Charts of one page with the same id share their crosshair. */
  syncId?: string;
  heightPx?: number;
  /** Dragging over the chart asks for that range. */
  onRangeSelect?: (fromAt: number, toAt: number) => void;
}

const TICK = { fontSize: 11, fill: "var(--muted)" };

/**
 * Lines or stacked areas over time: zero baseline, gaps as gaps, names at the line ends, thresholds dashed,
 * events as marks, no animation. The time axis names the viewer's zone.
 */
export function TimeSeriesChart({
  label,
  at,
  series,
  kind,
  fromAt = at[0] ?? 0,
  toAt = at.at(-1) ?? 1,
  stacked = false,
  filled = false,
  thresholds = [],
  marks = [],
  syncId,
  heightPx = 200,
  onRangeSelect,
}: TimeSeriesChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const pointed = usePointed(frame);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const rows = chartRows(at, series);
  const ticks = valueTicks(kind, Math.max(chartPeak(rows, stacked), ...thresholds.map((line) => line.value)));
  const spanMs = toAt - fromAt;
  const named = series.length > 1;
  const zone = zoneName(toAt);
  const finishDrag = () => {
    if (drag !== null && drag.from !== drag.to && onRangeSelect !== undefined) {
      onRangeSelect(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
    }
    setDrag(null);
  };
  return (
    <figure className="relative min-w-0">
      <div
        style={{ height: heightPx }}
        className="-ml-1 select-none"
        ref={frame}
        role="group"
        aria-label={label}
      >
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: heightPx }}>
          <ComposedChart
            data={rows}
            margin={{ top: 8, right: named ? labelRoomPx(series) : 14, bottom: 0, left: 0 }}
            {...(syncId === undefined ? {} : { syncId, syncMethod: "value" as const })}
            onMouseDown={(state) => {
              const start = Number(state.activeLabel);
              if (onRangeSelect && Number.isFinite(start)) setDrag({ from: start, to: start });
            }}
            onMouseMove={(state) => {
              const here = Number(state.activeLabel);
              if (drag !== null && Number.isFinite(here)) setDrag({ from: drag.from, to: here });
            }}
            onMouseUp={finishDrag}
            onMouseLeave={() => {
              setDrag(null);
            }}
          >
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis
              dataKey="at"
              type="number"
              scale="linear"
              domain={[fromAt, toAt]}
              allowDataOverflow
              ticks={timeTicks(fromAt, toAt, 7)}
              tick={timeTick(zone, spanMs)}
              tickLine={false}
              axisLine={{ stroke: "var(--line-strong)" }}
              height={22}
              minTickGap={16}
            />
            <YAxis
              domain={[0, ticks.at(-1) ?? 1]}
              ticks={ticks}
              tickFormatter={(value: number) => formatQuantityShort(kind, value)}
              tick={TICK}
              tickLine={false}
              axisLine={false}
              width={52}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--muted)", strokeWidth: 1, strokeDasharray: "2 2" }}
              wrapperStyle={{ zIndex: 20, outline: "none" }}
              content={({ active, label: instant }) =>
                active && pointed ? (
                  <ChartTooltip
                    row={rows.find((row) => row.at === instant)}
                    series={series}
                    kind={kind}
                    stacked={stacked}
                    marks={marks.filter((mark) => Math.abs(mark.at - Number(instant)) < spanMs / 100)}
                  />
                ) : null
              }
            />
            {thresholds.map((line) => (
              <ReferenceLine
                key={line.label}
                y={line.value}
                stroke={TONE_COLOR[line.tone ?? "warning"]}
                strokeDasharray="4 3"
                strokeWidth={1}
                label={{
                  value: `${line.label} ${formatQuantity(kind, line.value)}`,
                  position: "insideBottomLeft",
                  fontSize: 11,
                  style: {
                    paintOrder: "stroke",
                    stroke: "var(--raised)",
                    strokeWidth: 3,
                    strokeLinejoin: "round",
                  },
                  fill: TONE_COLOR[line.tone ?? "warning"],
                }}
              />
            ))}
            {series.map((entry, place) => seriesShape({ entry, place, stacked, filled }))}
            <AxisMarks marks={marks} />
            {named && <LineLabels series={series} rows={rows} kind={kind} stacked={stacked} />}
            {drag !== null && (
              <ReferenceArea
                x1={drag.from}
                x2={drag.to}
                fill="var(--accent)"
                fillOpacity={0.12}
                strokeOpacity={0}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <figcaption
        title="Times are in your time zone"
        className="text-muted absolute bottom-0 left-0 text-[11px] whitespace-nowrap"
      >
        {zone}
      </figcaption>
    </figure>
  );
}

interface ShapeInput {
  entry: ChartSeries;
  place: number;
  stacked: boolean;
  filled: boolean;
}

function seriesShape({ entry, place, stacked, filled }: ShapeInput) {
  const color = seriesColor(entry, place);
  const shared = {
    dataKey: (row: ChartRow) => row.values[place],
    name: entry.name,
    stroke: color,
    strokeWidth: 1.5,
    type: "linear" as const,
    dot: false,
    activeDot: { r: 3, fill: color, stroke: "var(--raised)", strokeWidth: 1.5 },
    isAnimationActive: false,
    connectNulls: false,
    ...(entry.dashed === true ? { strokeDasharray: "4 3" } : {}),
  };
  if (stacked) return <Area key={entry.id} {...shared} stackId="whole" fill={color} fillOpacity={0.22} />;
  if (filled) return <Area key={entry.id} {...shared} fill={color} fillOpacity={0.1} />;
  return <Line key={entry.id} {...shared} />;
}
