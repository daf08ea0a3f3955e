import { TONE_COLOR, type Tone } from "#components/ui/tone.ts";

interface SparklineProps {
  /** Oldest first; `null` is a gap. */
  values: readonly (number | null)[];
  /** What it shows: "lag of payments, last hour". */
  label: string;
  tone?: Tone;
  widthPx?: number;
  heightPx?: number;
}

interface Shape {
  lines: string[];
  areas: string[];
  last: { x: number; y: number } | undefined;
}

const INSET = 2;

function shapeOf(values: readonly (number | null)[], widthPx: number, heightPx: number): Shape {
  const peak = Math.max(...values.map((value) => value ?? 0), 0);
  const stepX = (widthPx - 2 * INSET) / Math.max(1, values.length - 1);
  const floorY = heightPx - INSET;
  const shape: Shape = { lines: [], areas: [], last: undefined };
  let run: { x: number; y: number }[] = [];
  const close = () => {
    const first = run[0];
    const end = run.at(-1);
    if (first === undefined || end === undefined) return;
    const path = run.map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("L");
    shape.lines.push(`M${path}${run.length === 1 ? "h0.01" : ""}`);
    shape.areas.push(`M${first.x.toFixed(1)} ${floorY}L${path}L${end.x.toFixed(1)} ${floorY}Z`);
    run = [];
  };
  values.forEach((value, index) => {
    if (value === null) {
      close();
      return;
    }
    const y = peak === 0 ? floorY : floorY - (value / peak) * (heightPx - 2 * INSET);
    const point = { x: INSET + index * stepX, y };
    run.push(point);
    shape.last = index === values.length - 1 ? point : undefined;
  });
  close();
  return shape;
}

/** A line of a list's row: zero at the floor, gaps as gaps, no axes. Plain SVG: hundreds cost little. */
export function Sparkline({ values, label, tone = "neutral", widthPx = 96, heightPx = 22 }: SparklineProps) {
  const shape = shapeOf(values, widthPx, heightPx);
  const color = TONE_COLOR[tone];
  return (
    <svg
      role="img"
      aria-label={label}
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      className="inline-block align-middle"
    >
      <path d={shape.areas.join("")} fill={color} fillOpacity={0.1} />
      <path
        d={shape.lines.join("")}
        fill="none"
        stroke={color}
        strokeOpacity={tone === "neutral" ? 0.8 : 1}
        strokeWidth={1.25}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      {shape.last && <circle cx={shape.last.x} cy={shape.last.y} r={1.75} fill={color} />}
    </svg>
  );
}
