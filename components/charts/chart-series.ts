import type { Tone } from "#components/ui/tone.ts";

/** One of the six hues that colour-blind people tell apart; `muted` is for context. */
type ChartHue = 1 | 2 | 3 | 4 | 5 | 6 | "muted";

/** One line or area of a chart. */
export interface ChartSeries {
  id: string;
  name: string;
  /** One value for each instant of the chart; `null` is a gap and is drawn as one. */
  values: readonly (number | null)[];
  /** By place when left out. */
  hue?: ChartHue;
  /** A dashed line: a forecast, a comparison. */
  dashed?: boolean;
}

/** A limit, drawn as a thin dashed line with its words. */
export interface ChartThreshold {
  value: number;
  label: string;
  tone?: Tone;
}

/** Something that happened: a deploy, a rebalance, a reset. A small mark on the time axis. */
export interface ChartMark {
  at: number;
  label: string;
  tone?: Tone;
}

/** The CSS colour of a series. */
export function seriesColor(series: ChartSeries, place: number): string {
  const hue = series.hue ?? (((place % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6);
  return hue === "muted" ? "var(--faint)" : `var(--chart-${hue})`;
}

/** One instant of a chart: its time and the value of each series by place. */
export interface ChartRow {
  at: number;
  values: readonly (number | null)[];
}

/**
 * Rows for the chart, in time order. Where two instants lie further apart than two and a half of the usual
 * step, an empty row goes between them: samples that were not taken are a gap, not a straight line.
 */
export function chartRows(at: readonly number[], series: readonly ChartSeries[]): ChartRow[] {
  const stepMs = usualStep(at);
  const nothing = series.map(() => null);
  const rows: ChartRow[] = [];
  at.forEach((instant, index) => {
    const before = at[index - 1];
    if (before !== undefined && instant - before > 2.5 * stepMs) {
      rows.push({ at: before + stepMs, values: nothing });
    }
    rows.push({ at: instant, values: series.map((entry) => entry.values[index] ?? null) });
  });
  return rows;
}

function usualStep(at: readonly number[]): number {
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

/** The greatest value that is drawn: of one series, or of the sum of all when stacked. */
export function chartPeak(rows: readonly ChartRow[], stacked: boolean): number {
  let peak = 0;
  for (const row of rows) {
    let sum = 0;
    for (const value of row.values) {
      if (value === null) continue;
      sum = stacked ? sum + value : Math.max(sum, value);
    }
    peak = Math.max(peak, sum);
  }
  return peak;
}
