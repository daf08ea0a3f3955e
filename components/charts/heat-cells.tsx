import { memo } from "react";

import { HEAT_SHADES, heatRuns, type HeatLevel } from "./heat-scale.ts";

interface HeatCellsProps {
  rows: readonly (readonly (number | null)[])[];
  slots: number;
  peak: number;
  rowPx: number;
}

/** The least space between two rows, as a part of a row. */
const GAP = 0.08;

/** Where there is no sample the ground shows: thin stripes, which no shade has. */
const GAP_GROUND = "repeating-linear-gradient(135deg, var(--line) 0 1px, transparent 1px 5px)";

const LEVELS: readonly HeatLevel[] = [0, ...Array.from({ length: HEAT_SHADES }, (_, index) => index + 1)];

/** The cells of a heat map as one shape a shade; a gap is no shape at all and shows the hatched ground. */
export const HeatCells = memo(function HeatCells({ rows, slots, peak, rowPx }: HeatCellsProps) {
  const runs = heatRuns(rows, peak);
  return (
    <svg
      aria-hidden
      width="100%"
      height={rows.length * rowPx}
      viewBox={`0 0 ${slots} ${rows.length}`}
      preserveAspectRatio="none"
      className="block"
      style={{ background: GAP_GROUND }}
      shapeRendering="crispEdges"
    >
      <path
        fill="var(--raised)"
        d={runs
          .filter(({ level }) => level !== "gap")
          .map(({ row, from, length }) => `M${from} ${row}h${length}v1h-${length}Z`)
          .join("")}
      />
      {LEVELS.map((level) => (
        <path
          key={level}
          fill={level === 0 ? "var(--sunken)" : "var(--chart-1)"}
          fillOpacity={level === 0 || level === "gap" ? 1 : level / HEAT_SHADES}
          d={runs
            .filter((run) => run.level === level)
            .map(({ row, from, length }) => `M${from} ${row + GAP / 2}h${length}v${1 - GAP}h-${length}Z`)
            .join("")}
        />
      ))}
    </svg>
  );
});
