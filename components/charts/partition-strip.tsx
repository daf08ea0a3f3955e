import { TONE_COLOR, type Tone } from "#components/ui/tone.ts";

interface PartitionStripProps {
  /** What the bars measure: "lag by partition". */
  label: string;
  /** One a partition, in partition order. An unknown value is a hollow bar. */
  bars: readonly { id: string; value: number | null; tone?: Tone; hint: string }[];
  heightPx?: number;
}

const GAP = 2;

/** One bar a partition, side by side: which of them carries the trouble. The bar's words on hover. */
export function PartitionStrip({ label, bars, heightPx = 40 }: PartitionStripProps) {
  const peak = Math.max(...bars.map((bar) => bar.value ?? 0), 1);
  const barPx = Math.max(3, Math.min(18, Math.floor(480 / Math.max(1, bars.length)) - GAP));
  const widthPx = bars.length * (barPx + GAP);
  return (
    <svg
      role="img"
      aria-label={`${label}: ${bars.map((bar) => bar.hint).join("; ")}`}
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      className="max-w-full"
    >
      {bars.map((bar, index) => {
        const tall = bar.value === null ? heightPx : Math.max(2, (bar.value / peak) * heightPx);
        const color = TONE_COLOR[bar.tone ?? "neutral"];
        return (
          <g key={bar.id}>
            <title>{bar.hint}</title>
            <rect
              x={index * (barPx + GAP)}
              y={0}
              width={barPx}
              height={heightPx}
              fill="var(--sunken)"
              rx={1}
            />
            <rect
              x={index * (barPx + GAP) + (bar.value === null ? 0.5 : 0)}
              y={heightPx - tall + (bar.value === null ? 0.5 : 0)}
              width={barPx - (bar.value === null ? 1 : 0)}
              height={tall - (bar.value === null ? 1 : 0)}
              rx={1}
              fill={bar.value === null ? "none" : color}
              fillOpacity={0.85}
              stroke={bar.value === null ? "var(--line-strong)" : "none"}
              strokeDasharray={bar.value === null ? "2 2" : undefined}
            />
          </g>
        );
      })}
    </svg>
  );
}
