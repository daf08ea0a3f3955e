"use client";

import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatQuantity, type QuantityKind } from "#components/ui/format-quantity.ts";

import type { ChartSeries } from "./chart-series.ts";

interface ChartTableProps {
  label: string;
  at: readonly number[];
  series: readonly ChartSeries[];
  kind: QuantityKind;
  heightPx: number;
}

/** The numbers behind a chart, newest first. */
export function ChartTable({ label, at, series, kind, heightPx }: ChartTableProps) {
  const newestFirst = at.map((instant, index) => ({ instant, index })).reverse();
  return (
    <div
      className="overflow-auto"
      style={{ height: heightPx }}
      role="region"
      aria-label={label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
      tabIndex={0}
    >
      <table className="w-full text-xs">
        <thead>
          <tr className="text-muted text-left">
            <th scope="col" className="bg-raised sticky top-0 h-7 pr-4 font-medium">
              time
            </th>
            {series.map((entry) => (
              <th
                key={entry.id}
                scope="col"
                className="bg-raised sticky top-0 h-7 pl-4 text-right font-medium"
              >
                {entry.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="tabular">
          {newestFirst.map(({ instant, index }) => (
            <tr key={instant} className="border-line border-t">
              <td className="h-6 pr-4 whitespace-nowrap">{formatInstantFull(instant)}</td>
              {series.map((entry) => {
                const value = entry.values[index] ?? null;
                return (
                  <td key={entry.id} className="h-6 pl-4 text-right whitespace-nowrap">
                    {value === null ? <span aria-label="no sample">–</span> : formatQuantity(kind, value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
