/** Shades of a heat map beside the one for zero: few enough to be told apart. */
export const HEAT_SHADES = 7;

/** How a value of a heat map is drawn: a gap, 0 for nothing, or a shade from 1, faint, to {@link HEAT_SHADES}. */
export type HeatLevel = "gap" | number;

/** heatLevel gives a value its shade on a logarithmic scale up to `peak`: 1 record shows, and 100 stands off 10,000. */
export function heatLevel(value: number | null, peak: number): HeatLevel {
  if (value === null) return "gap";
  if (value <= 0) return 0;
  if (peak <= 1) return HEAT_SHADES;
  return Math.max(1, Math.ceil((Math.log1p(value) / Math.log1p(peak)) * HEAT_SHADES - 1e-9));
}

/** shadeFrom is the least value that has a shade: what a legend says. */
export function shadeFrom(level: number, peak: number): number {
  return Math.max(1, Math.floor(Math.expm1(((level - 1) / HEAT_SHADES) * Math.log1p(peak))) + 1);
}

/** A run of equal cells in one row. */
export interface HeatRun {
  level: HeatLevel;
  row: number;
  from: number;
  length: number;
}

/** heatRuns joins neighbours of one shade, so that a map is drawn with few shapes. */
export function heatRuns(rows: readonly (readonly (number | null)[])[], peak: number): HeatRun[] {
  return rows.flatMap((values, row) => {
    const runs: HeatRun[] = [];
    values.forEach((value, slot) => {
      const level = heatLevel(value, peak);
      const last = runs.at(-1);
      if (last?.level === level) last.length += 1;
      else runs.push({ level, row, from: slot, length: 1 });
    });
    return runs;
  });
}
