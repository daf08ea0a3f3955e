"use client";

import { usePlotArea, useYAxisScale } from "recharts";

import { formatQuantityShort, type QuantityKind } from "#components/ui/format-quantity.ts";

import { seriesColor, type ChartRow, type ChartSeries } from "./chart-series.ts";
import { spreadLabels } from "./spread-labels.ts";

interface LineLabelsProps {
  series: readonly ChartSeries[];
  rows: readonly ChartRow[];
  kind: QuantityKind;
  stacked: boolean;
}

const GAP = 15;
const LONGEST = 20;
const PX_PER_LETTER = 6.1;
const VALUE_PX = 60;

/** A long name keeps its end, where names of topics differ. */
function shortName(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, 6)}…${name.slice(7 - LONGEST)}` : name;
}

/** Room that the labels of these series take at the right of a chart, px. */
export function labelRoomPx(series: readonly ChartSeries[]): number {
  const letters = Math.max(...series.map((entry) => shortName(entry.name).length));
  return Math.ceil(letters * PX_PER_LETTER) + VALUE_PX;
}

function lastRow(rows: readonly ChartRow[]): ChartRow | undefined {
  return rows.findLast((row) => row.values.some((value) => value !== null));
}

/** Where each line ends, in its values: in the middle of its band when stacked. */
function lineEnds(
  series: readonly ChartSeries[],
  last: ChartRow,
  stacked: boolean,
): { id: string; at: number }[] {
  let below = 0;
  const ends: { id: string; at: number }[] = [];
  series.forEach((entry, place) => {
    const value = last.values[place] ?? null;
    if (value === null) return;
    ends.push({ id: entry.id, at: stacked ? below + value / 2 : value });
    below += value;
  });
  return ends;
}

/** Names of the lines at their right ends, moved apart where they would meet; they stand for a legend. */
export function LineLabels({ series, rows, kind, stacked }: LineLabelsProps) {
  const area = usePlotArea();
  const scale = useYAxisScale();
  const last = lastRow(rows);
  if (area === undefined || scale === undefined || last === undefined) return null;
  const wanted = lineEnds(series, last, stacked).flatMap(({ id, at }) => {
    const y = scale(at);
    return y === undefined ? [] : [{ id, y }];
  });
  const placed = spreadLabels(wanted, { top: area.y + 4, bottom: area.y + area.height - 4, gap: GAP });
  return (
    <g aria-hidden>
      {placed.map((label) => {
        const place = series.findIndex((entry) => entry.id === label.id);
        const entry = series[place];
        const value = last.values[place] ?? null;
        if (entry === undefined || value === null) return null;
        return (
          <text key={label.id} x={area.x + area.width + 8} y={label.y} dy="0.34em" fontSize={11}>
            <title>{entry.name}</title>
            <tspan fill={entry.hue === "muted" ? "var(--muted)" : seriesColor(entry, place)} fontWeight={500}>
              {shortName(entry.name)}
            </tspan>
            <tspan fill="var(--muted)" className="tabular" dx={5}>
              {formatQuantityShort(kind, value)}
            </tspan>
          </text>
        );
      })}
    </g>
  );
}
