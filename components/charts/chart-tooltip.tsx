"use client";

import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatQuantity, type QuantityKind } from "#components/ui/format-quantity.ts";
import { TONE_TEXT } from "#components/ui/tone.ts";

import { seriesColor, type ChartMark, type ChartRow, type ChartSeries } from "./chart-series.ts";

interface ChartTooltipProps {
  row: ChartRow | undefined;
  series: readonly ChartSeries[];
  kind: QuantityKind;
  stacked: boolean;
  /** Marks near this instant. */
  marks: readonly ChartMark[];
}

/** What the crosshair stands on: the instant with its zone, every series in the order of its value, the marks. */
export function ChartTooltip({ row, series, kind, stacked, marks }: ChartTooltipProps) {
  if (row === undefined) return null;
  const lines = series
    .map((entry, place) => ({ entry, place, value: row.values[place] ?? null }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const total = lines.reduce((sum, line) => sum + (line.value ?? 0), 0);
  const measured = lines.some((line) => line.value !== null);
  return (
    <div className="bg-raised shadow-pop max-w-90 min-w-44 rounded px-3 py-2 text-xs">
      <div className="text-muted tabular mb-1 whitespace-nowrap">{formatInstantFull(row.at)}</div>
      {!measured && <div className="text-muted">no samples here</div>}
      {measured &&
        lines.map(({ entry, place, value }) => (
          <div key={entry.id} className="flex items-center gap-2 leading-5">
            <span
              aria-hidden
              className="h-0.5 w-2.5 shrink-0 rounded"
              style={{ background: seriesColor(entry, place) }}
            />
            <span className="max-w-56 truncate">{entry.name}</span>
            <span className="tabular ml-auto pl-4 font-medium whitespace-nowrap">
              {value === null ? "–" : formatQuantity(kind, value)}
            </span>
          </div>
        ))}
      {measured && stacked && lines.length > 1 && (
        <div className="border-line mt-1 flex border-t pt-1 leading-5">
          <span className="text-muted">total</span>
          <span className="tabular ml-auto pl-4 font-medium">{formatQuantity(kind, total)}</span>
        </div>
      )}
      {marks.map((mark) => (
        <div
          key={`${mark.at} ${mark.label}`}
          className={`mt-1 whitespace-normal ${TONE_TEXT[mark.tone ?? "neutral"]}`}
        >
          ◆ {mark.label}
        </div>
      ))}
    </div>
  );
}
