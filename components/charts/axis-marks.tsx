"use client";

import { usePlotArea, useXAxisScale } from "recharts";

import { formatClock } from "#components/ui/format-instant.ts";
import { TONE_COLOR } from "#components/ui/tone.ts";

import type { ChartMark } from "./chart-series.ts";

interface AxisMarksProps {
  marks: readonly ChartMark[];
}

/** Small diamonds on the time axis where something happened, with a hairline up and the words on hover. */
export function AxisMarks({ marks }: AxisMarksProps) {
  const area = usePlotArea();
  const scale = useXAxisScale();
  if (area === undefined || scale === undefined) return null;
  const floor = area.y + area.height;
  return marks.map((mark) => {
    const x = scale(mark.at);
    if (x === undefined || x < area.x || x > area.x + area.width) return null;
    const color = TONE_COLOR[mark.tone ?? "neutral"];
    return (
      <g key={`${mark.at} ${mark.label}`}>
        <title>{`${formatClock(mark.at)} ${mark.label}`}</title>
        <line x1={x} x2={x} y1={area.y} y2={floor} stroke={color} strokeOpacity={0.35} strokeWidth={1} />
        <path
          d={`M${x} ${floor - 5}l4.5 5l-4.5 5l-4.5 -5Z`}
          fill={color}
          stroke="var(--raised)"
          strokeWidth={1}
        />
      </g>
    );
  });
}
